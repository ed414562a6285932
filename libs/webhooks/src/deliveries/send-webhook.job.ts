import { Job, type JobHandler } from '@app/events';
import { Injectable } from '@nestjs/common';
import { SEND_WEBHOOK } from './delivery-queue.js';
import { WebhookDispatch } from './webhook-dispatch.js';

@Injectable()
@Job(SEND_WEBHOOK, { lane: 'webhooks' })
export class SendWebhook implements JobHandler<{ deliveryId: string }> {
  constructor(private readonly dispatch: WebhookDispatch) {}

  run({ deliveryId }: { deliveryId: string }): Promise<void> {
    return this.dispatch.send(deliveryId);
  }
}
