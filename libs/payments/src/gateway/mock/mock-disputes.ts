import { Transactor, type Tx } from '@app/database';
import { ResourceNotFound } from '@app/http';
import { Clock, currency } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { MockBalance } from './mock-balance.js';
import { MockDispute } from './mock-dispute.entity.js';
import { DisputeDecided } from './mock-gateway.errors.js';
import { MOCK_ID, mockId } from './mock-id.js';
import type { MockPayment } from './mock-payment.entity.js';
import { MockNews } from './news/mock-news.js';

/** In major units of whatever the currency is. It is not given back. */
const FEE = 15;

export type DisputeVerdict = 'won' | 'lost';

/** Banks that take a payment back at the mock, and what they decide. */
@Injectable()
export class MockDisputes {
  constructor(
    private readonly transactor: Transactor,
    private readonly balance: MockBalance,
    private readonly news: MockNews,
    private readonly clock: Clock,
  ) {}

  /** Over all of the payment, which is withdrawn at once, as is the fee. */
  async open(payment: MockPayment, tx: Tx): Promise<void> {
    const dispute = {
      id: mockId('dp'),
      paymentId: payment.id,
      amount: payment.amount,
      currency: payment.currency,
      fee: FEE * 10 ** currency(payment.currency).exponent,
      reason: 'fraudulent',
      status: 'open' as const,
      createdAt: this.clock.now(),
    };
    await tx.insert(MockDispute, dispute);
    await this.move('dispute', dispute, -(dispute.amount + dispute.fee), tx);
    await this.news.tell('dispute.created', { gatewayDisputeId: dispute.id }, tx);
  }

  /** What the bank decides. @throws ResourceNotFound, DisputeDecided */
  close(gatewayDisputeId: string, verdict: DisputeVerdict): Promise<MockDispute> {
    return this.transactor.run(async (tx) => {
      const where = { id: gatewayDisputeId };
      const dispute = MOCK_ID.test(gatewayDisputeId)
        ? await tx.findOne(MockDispute, { where, lock: { mode: 'pessimistic_write' } })
        : null;
      if (!dispute) throw new ResourceNotFound('dispute', gatewayDisputeId);
      if (dispute.status !== 'open') throw new DisputeDecided(dispute.status);
      dispute.status = verdict;
      await tx.update(MockDispute, where, { status: verdict });
      if (verdict === 'won') await this.move('dispute_reversal', dispute, dispute.amount, tx);
      await this.news.tell('dispute.closed', { gatewayDisputeId }, tx);
      return dispute;
    });
  }

  /** Whether the bank has, or may keep, the payment: it cannot be refunded then. */
  covers({ id }: MockPayment, tx: Tx): Promise<boolean> {
    return tx.existsBy(MockDispute, { paymentId: id, status: In(['open', 'lost']) });
  }

  private move(
    type: 'dispute' | 'dispute_reversal',
    { id, currency: code }: Pick<MockDispute, 'id' | 'currency'>,
    net: number,
    tx: Tx,
  ): Promise<void> {
    return this.balance.record({ type, gatewayId: id, net, currency: code }, tx);
  }
}
