import { BookingPayments } from '@app/bookings';
import { Transactor } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { RefundOutcome } from '../gateway/gateway-results.js';
import { PaymentsRepository } from '../payments.repository.js';
import { RefundBooks } from './refund-books.js';
import type { Refund } from './refund.entity.js';
import { RefundsRepository } from './refunds.repository.js';

/** Step 3 of a refund. Said twice, an outcome counts once. */
@Injectable()
export class RefundSettlement {
  constructor(
    private readonly transactor: Transactor,
    private readonly payments: PaymentsRepository,
    private readonly refunds: RefundsRepository,
    private readonly bookings: BookingPayments,
    private readonly books: RefundBooks,
    private readonly clock: Clock,
  ) {}

  /** A refund that the gateway refuses stays committed and in `refunds:in_flight`: it is still owed to the traveller. */
  settle({ id, paymentId, bookingId }: Refund, outcome: RefundOutcome): Promise<Refund> {
    return this.transactor.run(async (tx) => {
      const booking = await this.bookings.lock(bookingId, tx);
      const payment = await this.payments.lock(paymentId, tx);
      const refund = await this.refunds.lock(id, tx);
      const from = refund.status;
      if (!refund.record(outcome, this.clock.now())) return refund;
      await this.refunds.update(refund, from, tx);
      if (refund.status === 'succeeded') {
        payment.refunded += refund.amount;
        payment.updatedAt = refund.updatedAt;
        await this.payments.update(payment, payment.status, tx);
        await this.books.settled(refund, { booking, payment }, tx);
      }
      return refund;
    });
  }
}
