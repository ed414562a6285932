import type { Tx } from '@app/database';
import { Jobs } from '@app/events';
import { Clock, money } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { SEND_REFUND } from '../jobs/job-names.js';
import { PaymentShares } from '../payment-shares.js';
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
    private readonly shares: PaymentShares,
    private readonly books: RefundBooks,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /** What is left to be refunded, in minor units. */
  async refundable({ payment }: Pick<RefundContext, 'payment'>, tx: Tx): Promise<number> {
    return payment.captured - (await this.shares.takenFrom(payment, tx)).amount;
  }

  /** @throws RefundExceedsPayment, also when nothing is refundable. */
  async issue({ booking, payment, amount, reason }: RefundOrder, tx: Tx): Promise<Refund> {
    const taken = await this.shares.takenFrom(payment, tx);
    const refundable = payment.captured - taken.amount;
    const wanted = amount ?? refundable;
    if (wanted < 1 || wanted > refundable) {
      throw new RefundExceedsPayment(money(refundable, payment.currency));
    }
    const refund = Refund.begin(
      payment,
      {
        sequence: await this.refunds.nextSequence(payment.id, tx),
        amount: wanted,
        commission: this.shares.commissionOfNext(wanted, payment, booking, taken),
        reason,
      },
      this.clock.now(),
    );
    await this.refunds.save(refund, tx);
    await this.books.created(refund, { booking, payment }, tx);
    return refund;
  }

  /** For callers who may not call out themselves: a job sends it after the commit. */
  async issueAndSend(order: RefundOrder, tx: Tx): Promise<Refund> {
    const refund = await this.issue(order, tx);
    await this.jobs.enqueue(SEND_REFUND, { refundId: refund.id }, tx);
    return refund;
  }
}
