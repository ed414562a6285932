import type { Tx } from '@app/database';
import { Jobs } from '@app/events';
import { Clock, money, newId } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { SEND_REFUND } from '../jobs/job-names.js';
import { RefundExceedsPayment } from '../payment.errors.js';
import { RefundBooks, type RefundContext } from './refund-books.js';
import { Refund } from './refund.entity.js';
import { RefundsRepository } from './refunds.repository.js';

export interface RefundOrder extends RefundContext {
  /** Minor units of the payment's currency. Absent: all that is refundable. */
  readonly amount?: number;
  readonly reason: string;
}

/** Step 1 of a refund: row, journal and the booking's share of it, in the caller's transaction, which holds booking and payment locked. */
@Injectable()
export class RefundIssuer {
  constructor(
    private readonly refunds: RefundsRepository,
    private readonly books: RefundBooks,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /** What was captured, less every refund that was made, is under way, or failed and is still owed. In minor units. */
  async refundable({ payment }: Pick<RefundContext, 'payment'>, tx: Tx): Promise<number> {
    return payment.captured - sumOf(await this.refunds.findByPaymentId(payment.id, tx));
  }

  /** @throws RefundExceedsPayment, also when nothing is refundable. */
  async issue({ booking, payment, amount, reason }: RefundOrder, tx: Tx): Promise<Refund> {
    const earlier = await this.refunds.findByPaymentId(payment.id, tx);
    const refundable = payment.captured - sumOf(earlier);
    const wanted = amount ?? refundable;
    if (wanted < 1 || wanted > refundable) {
      throw new RefundExceedsPayment(money(refundable, payment.currency));
    }
    const now = this.clock.now();
    const refund = Object.assign(new Refund(), {
      id: newId(),
      paymentId: payment.id,
      bookingId: booking.id,
      sequence: earlier.length + 1,
      amount: wanted,
      currency: payment.currency,
      reason,
      status: 'pending',
      attempt: 1,
      gatewayRefundId: null,
      failureCode: null,
      failureMessage: null,
      createdAt: now,
      updatedAt: now,
    } satisfies Partial<Refund>);
    await this.refunds.save(refund, tx);
    await this.books.created(refund, { booking, payment }, earlier, tx);
    return refund;
  }

  /** For callers who may not call out themselves: a job sends it after the commit. */
  async issueAndSend(order: RefundOrder, tx: Tx): Promise<Refund> {
    const refund = await this.issue(order, tx);
    await this.jobs.enqueue(SEND_REFUND, { refundId: refund.id }, tx);
    return refund;
  }
}

function sumOf(refunds: readonly Refund[]): number {
  return refunds.filter(({ status }) => status !== 'canceled').reduce((sum, { amount }) => sum + amount, 0);
}
