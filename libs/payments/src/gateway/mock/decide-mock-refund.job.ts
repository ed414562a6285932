import { Transactor } from '@app/database';
import { Job, type JobHandler } from '@app/events';
import { Injectable } from '@nestjs/common';
import { DECIDE_MOCK_REFUND, MockRefunds } from './mock-refunds.js';

@Injectable()
@Job(DECIDE_MOCK_REFUND)
export class DecideMockRefund implements JobHandler<{ gatewayRefundId: string }> {
  constructor(
    private readonly transactor: Transactor,
    private readonly refunds: MockRefunds,
  ) {}

  run({ gatewayRefundId }: { gatewayRefundId: string }): Promise<void> {
    return this.transactor.run((tx) => this.refunds.decide(gatewayRefundId, tx));
  }
}
