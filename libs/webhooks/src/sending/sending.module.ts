import { CONFIG, type Config } from '@app/config';
import { Module } from '@nestjs/common';
import { TargetPolicy } from './target-policy.js';
import { TargetResolver } from './target-resolver.js';
import { WebhookSender } from './webhook-sender.js';

@Module({
  providers: [
    {
      provide: TargetPolicy,
      inject: [CONFIG],
      useFactory: ({ webhooks }: Pick<Config, 'webhooks'>) => new TargetPolicy(webhooks),
    },
    {
      provide: WebhookSender,
      inject: [TargetPolicy],
      useFactory: (policy: TargetPolicy) =>
        new WebhookSender(policy.allowsAny ? undefined : new TargetResolver((one) => policy.allows(one))),
    },
  ],
  exports: [TargetPolicy, WebhookSender],
})
export class SendingModule {}
