import { Booking, BookingPayments, paidRow } from '@app/bookings';
import { OutboxPublisher, outboxRows, PaymentProcessed } from '@app/events';
import { journalRows, lineRows, numbered } from '@app/ledger';
import { Clock, money } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Attempt } from './attempts.service.js';
import { CAPTURE } from './capture-statement.js';
import type { PaymentOutcome } from './gateway/gateway-results.js';
import { successJournals } from './payment-journals.js';
import { Payment } from './payment.entity.js';

/** The HTTP status of the answer. */
const CREATED = 201;

/**
 * How nearly every payment ends: the money comes while the request waits for it, and nothing else has happened to the booking. It is
 * settled by one statement, which does what `Settlement` does under locks, or nothing (ADR 26).
 */
@Injectable()
export class PromptCapture {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly bookings: BookingPayments,
    private readonly outbox: OutboxPublisher,
    private readonly clock: Clock,
  ) {}

  /**
   * @param seen as step 1 left them. An attempt that is pending and not superseded is the only live one of its booking, by
   *   `payments_one_live`: no other has paid, and no other is to be superseded.
   * @returns undefined when this is another case, or not so any more: nothing was written.
   */
  async settle(seen: Attempt, outcome: PaymentOutcome): Promise<Payment | undefined> {
    if (outcome.status !== 'succeeded' || !isAsExpected(seen, outcome.captured.amount)) return undefined;
    const now = this.clock.now();
    const payment = Object.assign(new Payment(), seen.payment);
    const booking = Object.assign(new Booking(), seen.booking);
    const { status: from } = payment;
    if (!payment.record(outcome, now)) return undefined;
    const { id: paymentId, bookingId, captured } = payment;
    const processed = new PaymentProcessed({
      paymentId,
      bookingId,
      amount: money(captured, payment.currency),
    });
    const events = [processed, this.bookings.capture(booking, captured)];
    const journals = numbered(successJournals(payment, outcome, booking));
    const written = await this.dataSource.query<unknown[]>(CAPTURE, [
      bookingId,
      booking.version,
      paymentId,
      from,
      payment.status,
      captured,
      now,
      paidRow(booking, now),
      journalRows(journals),
      lineRows(journals),
      outboxRows(events),
      CREATED,
    ]);
    if (written.length === 0) return undefined;
    this.outbox.announce(events, now);
    await this.bookings.written(booking);
    return payment;
  }
}

function isAsExpected({ payment, booking }: Attempt, captured: number): boolean {
  return (
    payment.status === 'pending' &&
    !payment.superseded &&
    booking.status === 'pending' &&
    captured === booking.total
  );
}
