import { Booking } from '@app/bookings';
import type { Tx } from '@app/database';
import {
  BookingCancelled,
  BookingConfirmed,
  BookingCreated,
  PaymentProcessed,
  RefundProcessed,
  type Delivered,
  type DomainEventHandler,
} from '@app/events';
import { EventsHandler } from '@nestjs/cqrs';
import { MailQueue } from '../emails/mail-queue.js';

/** A booking that costs nothing is confirmed at once: its confirmation says it all. */
@EventsHandler(BookingCreated)
export class MailBookingReceived implements DomainEventHandler<BookingCreated> {
  constructor(private readonly mail: MailQueue) {}

  async handle({ eventId, payload }: Delivered<BookingCreated>, tx: Tx): Promise<void> {
    const { bookingId, userId, holdExpiresAt } = payload;
    if (holdExpiresAt === null) return;
    const of = { sourceId: eventId, aboutId: bookingId, userId };
    await this.mail.queue([{ kind: 'booking-received', ...of, facts: {} }], tx);
  }
}

@EventsHandler(BookingConfirmed)
export class MailBookingConfirmed implements DomainEventHandler<BookingConfirmed> {
  constructor(private readonly mail: MailQueue) {}

  async handle({ eventId, payload }: Delivered<BookingConfirmed>, tx: Tx): Promise<void> {
    const { bookingId, userId } = payload;
    const of = { sourceId: eventId, aboutId: bookingId, userId };
    await this.mail.queue([{ kind: 'booking-confirmed', ...of, facts: {} }], tx);
  }
}

@EventsHandler(BookingCancelled)
export class MailBookingCancelled implements DomainEventHandler<BookingCancelled> {
  constructor(private readonly mail: MailQueue) {}

  async handle({ eventId, payload }: Delivered<BookingCancelled>, tx: Tx): Promise<void> {
    const { bookingId, userId, refund, cancelledBy } = payload;
    const of = { sourceId: eventId, aboutId: bookingId, userId };
    await this.mail.queue([{ kind: 'booking-cancelled', ...of, facts: { refund, cancelledBy } }], tx);
  }
}

@EventsHandler(PaymentProcessed)
export class MailPaymentReceipt implements DomainEventHandler<PaymentProcessed> {
  constructor(private readonly mail: MailQueue) {}

  async handle({ eventId, payload, occurredAt }: Delivered<PaymentProcessed>, tx: Tx): Promise<void> {
    const { bookingId, paymentId, amount } = payload;
    const facts = { paymentId, amount, paidAt: occurredAt.toISOString() };
    const of = { sourceId: eventId, aboutId: bookingId, userId: await travellerOf(bookingId, tx) };
    await this.mail.queue([{ kind: 'payment-receipt', ...of, facts }], tx);
  }
}

@EventsHandler(RefundProcessed)
export class MailRefundArrived implements DomainEventHandler<RefundProcessed> {
  constructor(private readonly mail: MailQueue) {}

  async handle(
    { eventId, payload: { bookingId, amount } }: Delivered<RefundProcessed>,
    tx: Tx,
  ): Promise<void> {
    const of = { sourceId: eventId, aboutId: bookingId, userId: await travellerOf(bookingId, tx) };
    await this.mail.queue([{ kind: 'refund-arrived', ...of, facts: { amount } }], tx);
  }
}

async function travellerOf(bookingId: string, tx: Tx): Promise<string> {
  const { userId } = await tx.findOneOrFail(Booking, { select: { userId: true }, where: { id: bookingId } });
  return userId;
}
