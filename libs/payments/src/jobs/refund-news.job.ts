import { Job, type JobHandler } from '@app/events';
import { Injectable } from '@nestjs/common';
import { RefundSender } from '../refunds/refund-sender.js';
import { NEWS_JOBS } from './job-names.js';

/** Something happened to a refund at the gateway. One that is not ours is nobody's business here: reconciliation names it. */
@Injectable()
@Job(NEWS_JOBS.refund, { lane: 'gateway' })
export class RefundNews implements JobHandler<{ gatewayRefundId: string }> {
  constructor(private readonly sender: RefundSender) {}

  run({ gatewayRefundId }: { gatewayRefundId: string }): Promise<void> {
    return this.sender.refresh(gatewayRefundId);
  }
}
