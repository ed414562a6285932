import { CONFIG, type Config } from '@app/config';
import { Module } from '@nestjs/common';
import { TargetResolver } from './target-resolver.js';
import { WebhookSender } from './webhook-sender.js';

@Module({
  providers: [
    {
      provide: WebhookSender,
      inject: [CONFIG],
      useFactory: ({ webhooks }: Pick<Config, 'webhooks'>) =>
        new WebhookSender(webhooks.allowPrivate ? undefined : new TargetResolver()),
    },
  ],
  exports: [WebhookSender],
})
export class SendingModule {}
