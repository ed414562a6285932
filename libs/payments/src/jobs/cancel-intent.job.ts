import { Job, type JobHandler } from '@app/events';
import { Injectable } from '@nestjs/common';
import { Intents } from '../intents.service.js';
import { CANCEL_INTENT } from './job-names.js';

@Injectable()
@Job(CANCEL_INTENT, { lane: 'gateway' })
export class CancelIntent implements JobHandler<{ paymentId: string }> {
  constructor(private readonly intents: Intents) {}

  run({ paymentId }: { paymentId: string }): Promise<void> {
    return this.intents.cancel(paymentId);
  }
}
