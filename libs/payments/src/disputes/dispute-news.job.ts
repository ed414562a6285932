import { Job, type JobHandler } from '@app/events';
import { Injectable } from '@nestjs/common';
import { NEWS_JOBS } from '../jobs/job-names.js';
import { Disputes } from './disputes.service.js';

/** Something happened to a dispute at the gateway. What, is read there. */
@Injectable()
@Job(NEWS_JOBS.dispute, { lane: 'gateway' })
export class DisputeNews implements JobHandler<{ gatewayDisputeId: string }> {
  constructor(private readonly disputes: Disputes) {}

  run({ gatewayDisputeId }: { gatewayDisputeId: string }): Promise<void> {
    return this.disputes.refresh(gatewayDisputeId);
  }
}
