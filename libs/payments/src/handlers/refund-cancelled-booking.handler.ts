import { BookingPayments } from '@app/bookings';
import type { Tx } from '@app/database';
import { BookingCancelled, DisputeClosed, type Delivered, type DomainEventHandler } from '@app/events';
import { Ledger, releaseRemaining } from '@app/ledger';
import { Injectable } from '@nestjs/common';
import { EventsHandler } from '@nestjs/cqrs';
import { Dispute } from '../disputes/dispute.entity.js';
import { PaymentsRepository } from '../payments.repository.js';
import { RefundIssuer } from '../refunds/refund-issuer.js';

const REASON = 'The booking was cancelled';

/**
 * Gives back what the cancellation promised; what is kept of a confirmed booking is earned. One handler for both events: a booking's
 * events come to it in order, so that by the time a dispute is closed the cancellation before it has been refunded.
 */
@Injectable()
@EventsHandler(BookingCancelled, DisputeClosed)
export class RefundCancelledBooking implements DomainEventHandler<BookingCancelled | DisputeClosed> {
  constructor(
    private readonly bookings: BookingPayments,
    private readonly payments: PaymentsRepository,
    private readonly issuer: RefundIssuer,
    private readonly ledger: Ledger,
  ) {}

  handle({ payload, occurredAt }: Delivered<BookingCancelled | DisputeClosed>, tx: Tx): Promise<void> {
    return 'disputeId' in payload
      ? this.disputeClosed(payload, tx)
      : this.bookingCancelled(payload, occurredAt, tx);
  }

  private async bookingCancelled(
    payload: BookingCancelled['payload'],
    occurredAt: Date,
    tx: Tx,
  ): Promise<void> {
    const booking = await this.bookings.lock(payload.bookingId, tx);
    let due = payload.refund.amount;
    for (const payment of await this.payments.lockByBooking(booking.id, tx)) {
      if (payment.superseded) continue;
      const amount = Math.min(due, await this.issuer.refundable({ payment }, tx));
      if (amount < 1) continue;
      await this.issuer.issueAndSend({ booking, payment, amount, reason: REASON }, tx);
      due -= amount;
    }
    const remaining = payload.wasConfirmed && (await this.ledger.remainingOf(booking.id, tx));
    if (!remaining) return;
    const { id: bookingId, vendorId } = booking;
    await this.ledger.post(releaseRemaining({ bookingId, vendorId, remaining, occurredAt }), tx);
  }

  /** Money that a bank held when the booking was cancelled came back: what the cancellation owes of it goes to the traveller after all. */
  private async disputeClosed(payload: DisputeClosed['payload'], tx: Tx): Promise<void> {
    const { bookingId, paymentId, disputeId, outcome, bookingCancelled } = payload;
    if (outcome === 'lost' || !bookingCancelled) return;
    const booking = await this.bookings.lock(bookingId, tx);
    const payment = await this.payments.lock(paymentId, tx);
    if (payment.superseded) return;
    const { share } = await tx.findOneByOrFail(Dispute, { id: disputeId });
    const amount = Math.min(share, booking.refundOwed, await this.issuer.refundable({ payment }, tx));
    if (amount > 0) await this.issuer.issueAndSend({ booking, payment, amount, reason: REASON }, tx);
  }
}
