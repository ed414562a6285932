import { BookingPayments } from '@app/bookings';
import type { Tx } from '@app/database';
import { BookingCancelled, type Delivered, type DomainEventHandler } from '@app/events';
import { Ledger, releaseRemaining } from '@app/ledger';
import { Injectable } from '@nestjs/common';
import { EventsHandler } from '@nestjs/cqrs';
import { PaymentsRepository } from '../payments.repository.js';
import { RefundIssuer } from '../refunds/refund-issuer.js';

const REASON = 'The booking was cancelled';

/** Gives back what the cancellation promised; what is kept of a confirmed booking is earned. */
@Injectable()
@EventsHandler(BookingCancelled)
export class RefundCancelledBooking implements DomainEventHandler<BookingCancelled> {
  constructor(
    private readonly bookings: BookingPayments,
    private readonly payments: PaymentsRepository,
    private readonly issuer: RefundIssuer,
    private readonly ledger: Ledger,
  ) {}

  async handle({ payload, occurredAt }: Delivered<BookingCancelled>, tx: Tx): Promise<void> {
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
}
