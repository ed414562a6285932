import { Job, type JobHandler } from '@app/events';
import { Injectable } from '@nestjs/common';
import { Intents } from '../intents.service.js';
import { NEWS_JOBS } from './job-names.js';

/** Something happened to an object at the gateway. What, is read there: news may come late, twice or in any order. */
@Injectable()
@Job(NEWS_JOBS.payment, { lane: 'gateway' })
export class GatewayNews implements JobHandler<{ gatewayPaymentId: string }> {
  constructor(private readonly intents: Intents) {}

  run({ gatewayPaymentId }: { gatewayPaymentId: string }): Promise<void> {
    return this.intents.refresh(gatewayPaymentId);
  }
}
