import type { Tx } from '@app/database';
import { Jobs } from '@app/events';
import { Clock, type Money } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { RefundOutcome } from '../gateway-results.js';
import type { RefundPayment } from '../payment-gateway.js';
import { MockBalance } from './mock-balance.js';
import { MockDisputes } from './mock-disputes.js';
import { MockIdempotency } from './mock-idempotency.js';
import { mockId } from './mock-id.js';
import { lockPayment, refused } from './mock-objects.js';
import { behaviourOf, CARD_UNREACHABLE } from './mock-payment-methods.js';
import { MockPayment } from './mock-payment.entity.js';
import { MockRefund } from './mock-refund.entity.js';
import { MockNews } from './news/mock-news.js';

export const DECIDE_MOCK_REFUND = 'mock-gateway-refund';
/** After which what a refund's bank still has to say is said. */
const A_MOMENT_MS = 1_000;

/** Refunds at the mock. What is not refused at once leaves the balance at once, and returns when the bank cannot take it. */
@Injectable()
export class MockRefunds {
  constructor(
    private readonly idempotency: MockIdempotency,
    private readonly balance: MockBalance,
    private readonly disputes: MockDisputes,
    private readonly news: MockNews,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  refund({ gatewayPaymentId, amount, metadata, idempotencyKey }: RefundPayment): Promise<RefundOutcome> {
    const parameters = { gatewayPaymentId, amount, metadata };
    return this.idempotency.once(idempotencyKey, parameters, async (tx) => {
      const payment = await lockPayment(gatewayPaymentId, tx);
      const refusal = await this.refusal(payment, amount, tx);
      if (refusal) return refusal;
      const fate = behaviourOf(payment.paymentMethod).refunds;
      const refund = Object.assign(new MockRefund(), {
        id: mockId('re'),
        paymentId: payment.id,
        refundId: metadata.refundId,
        amount: amount.amount,
        status: fate === 'fail' ? 'failed' : fate === 'pend' ? 'pending' : 'succeeded',
        failure: fate === 'fail' ? CARD_UNREACHABLE : null,
        createdAt: this.clock.now(),
      } satisfies Partial<MockRefund>);
      await tx.insert(MockRefund, refund);
      if (fate !== 'fail') await this.move('refund', payment, refund, tx);
      await this.tell(fate === 'fail' ? 'refund.failed' : 'refund.created', refund, tx);
      if (fate === 'fail-later' || fate === 'pend') {
        await this.jobs.enqueue(DECIDE_MOCK_REFUND, { gatewayRefundId: refund.id }, tx, {
          delayMs: A_MOMENT_MS,
        });
      }
      return refund.outcome;
    });
  }

  /** The bank's last word on a refund that is left for it: one that waits succeeds, one that had succeeded fails. */
  async decide(gatewayRefundId: string, tx: Tx): Promise<void> {
    const where = { id: gatewayRefundId };
    const { paymentId } = await tx.findOneByOrFail(MockRefund, where);
    const payment = await lockPayment(paymentId, tx);
    const refund = await tx.findOneByOrFail(MockRefund, where);
    const failsNow = behaviourOf(payment.paymentMethod).refunds === 'fail-later';
    if (refund.status === 'pending') {
      await tx.update(MockRefund, where, { status: 'succeeded' });
      await this.tell('refund.updated', refund, tx);
    } else if (refund.status === 'succeeded' && failsNow) {
      await tx.update(MockRefund, where, { status: 'failed', failure: CARD_UNREACHABLE });
      await this.move('refund_failure', payment, refund, tx);
      await this.tell('refund.failed', refund, tx);
    }
  }

  private async refusal(payment: MockPayment, { amount, currency }: Money, tx: Tx) {
    const captured = payment.status === 'succeeded' ? payment.amount : 0;
    if (currency !== payment.currency || amount <= 0 || amount > captured - payment.refunded)
      return refused('amount_too_large', 'The refund is greater than what is left of the charge.', false);
    if (await this.disputes.covers(payment, tx))
      return refused('charge_disputed', 'The bank has taken the charge back already.', false);
    return undefined;
  }

  /** To the payer, or back from there. */
  private async move(
    type: 'refund' | 'refund_failure',
    { id, currency }: MockPayment,
    { id: gatewayId, amount }: MockRefund,
    tx: Tx,
  ): Promise<void> {
    const refunded = type === 'refund' ? amount : -amount;
    await tx.increment(MockPayment, { id }, 'refunded', refunded);
    await this.balance.record({ type, gatewayId, net: -refunded, currency }, tx);
  }

  private tell(
    type: 'refund.created' | 'refund.updated' | 'refund.failed',
    { id: gatewayRefundId, paymentId: gatewayPaymentId }: MockRefund,
    tx: Tx,
  ): Promise<void> {
    return this.news.tell(type, { gatewayRefundId, gatewayPaymentId }, tx);
  }
}
