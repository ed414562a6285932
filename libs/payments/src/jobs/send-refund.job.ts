import { Job, type JobHandler } from '@app/events';
import { Injectable } from '@nestjs/common';
import { RefundSender } from '../refunds/refund-sender.js';
import { SEND_REFUND } from './job-names.js';

@Injectable()
@Job(SEND_REFUND, { lane: 'gateway' })
export class SendRefund implements JobHandler<{ refundId: string }> {
  constructor(private readonly sender: RefundSender) {}

  async run({ refundId }: { refundId: string }): Promise<void> {
    await this.sender.resume(refundId);
  }
}
