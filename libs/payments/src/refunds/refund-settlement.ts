import { Transactor, type Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { RefundOutcome } from '../gateway/gateway-results.js';
import type { Payment } from '../payment.entity.js';
import { PaymentsRepository } from '../payments.repository.js';
import { RefundBooks } from './refund-books.js';
import { RefundLocks } from './refund-locks.js';
import type { Refund } from './refund.entity.js';
import { RefundsRepository } from './refunds.repository.js';

/** Step 3 of a refund. Said twice, an outcome counts once. */
@Injectable()
export class RefundSettlement {
  constructor(
    private readonly transactor: Transactor,
    private readonly payments: PaymentsRepository,
    private readonly refunds: RefundsRepository,
    private readonly locks: RefundLocks,
    private readonly books: RefundBooks,
    private readonly clock: Clock,
  ) {}

  /**
   * A refund that the gateway refuses, or that comes back after it had settled, stays committed and in `refunds:in_flight`: it is
   * still owed to the traveller, and waits for an admin.
   */
  settle(made: Refund, outcome: RefundOutcome): Promise<Refund> {
    return this.transactor.run(async (tx) => {
      const { booking, payment, refund } = await this.locks.lock(made, tx);
      const from = refund.status;
      if (!refund.record(outcome, this.clock.now())) return refund;
      await this.refunds.update(refund, from, tx);
      if (refund.status === from) return refund;
      if (outcome.status === 'succeeded') {
        await this.give(payment, refund.amount, refund.updatedAt, tx);
        await this.books.settled(refund, { booking, payment, settled: outcome.settled }, tx);
      }
      if (from === 'succeeded') {
        await this.give(payment, -refund.amount, refund.updatedAt, tx);
        await this.books.failedLater(refund, { booking, payment }, tx);
      }
      if (outcome.status === 'failed') await this.books.failed(refund, tx);
      return refund;
    });
  }

  private async give(payment: Payment, amount: number, now: Date, tx: Tx): Promise<void> {
    payment.refunded += amount;
    payment.updatedAt = now;
    await this.payments.update(payment, payment.status, tx);
  }
}
