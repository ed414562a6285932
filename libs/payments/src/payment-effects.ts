import { BookingPayments, type Booking } from '@app/bookings';
import type { Tx } from '@app/database';
import { Jobs, PaymentFailed, PaymentProcessed } from '@app/events';
import { Ledger } from '@app/ledger';
import { money } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import type { PaymentOutcome } from './gateway/gateway-results.js';
import { CANCEL_INTENT } from './jobs/job-names.js';
import { successJournals, type Success } from './payment-journals.js';
import type { Payment } from './payment.entity.js';
import { PaymentsRepository } from './payments.repository.js';
import { RefundIssuer } from './refunds/refund-issuer.js';

/** What an outcome means to the booking, to the books and to listeners. All of it under the locks of booking and payment. */
@Injectable()
export class PaymentEffects {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly bookings: BookingPayments,
    private readonly refunds: RefundIssuer,
    private readonly ledger: Ledger,
    private readonly events: EventBus,
    private readonly jobs: Jobs,
  ) {}

  /**
   * One charge is kept: the first success pays for the booking. An attempt that is still open steps back for it, its intent is
   * cancelled; a success that comes second, or that paid a price the booking has no more, is superseded.
   */
  async claimBooking(payment: Payment, booking: Booking, tx: Tx): Promise<void> {
    payment.superseded ||=
      payment.captured !== booking.total || (await this.payments.isPaidByAnother(payment, tx));
    if (payment.superseded) return;
    const others = await this.payments.supersedeOthers(payment, tx);
    await this.jobs.enqueueAll(
      others.map(({ id }) => ({ name: CANCEL_INTENT, payload: { paymentId: id } })),
      tx,
    );
  }

  async apply(payment: Payment, outcome: PaymentOutcome, booking: Booking, tx: Tx): Promise<void> {
    if (outcome.status === 'succeeded') await this.succeeded(payment, outcome, booking, tx);
    if (payment.failure) {
      const facts = { paymentId: payment.id, bookingId: payment.bookingId, amount: payment.total };
      await this.events.publish(new PaymentFailed({ ...facts, code: payment.failure.code }), tx);
    }
  }

  /** A success is money whatever became of the booking: it is posted, and what nobody needs is on its way back at once. */
  private async succeeded(payment: Payment, outcome: Success, booking: Booking, tx: Tx): Promise<void> {
    const amount = money(payment.captured, payment.currency);
    await this.ledger.postAll(successJournals(payment, outcome, booking), tx);
    await this.events.publish(
      new PaymentProcessed({ paymentId: payment.id, bookingId: booking.id, amount }),
      tx,
    );

    const unneeded = payment.superseded
      ? 'Another payment pays for the booking'
      : (await this.bookings.applyCapture(booking, payment.captured, tx)) === 'refund-due'
        ? 'The booking was over when the money arrived'
        : undefined;
    if (unneeded)
      await this.refunds.issueAndSend({ payment, booking, amount: amount.amount, reason: unneeded }, tx);
  }
}
