import { Inject, Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { CONFIG, type Config } from '@app/config';
import type { Tx } from '@app/database';
import { BookingConfirmed } from '@app/events';
import { ResourceNotFound, type Actor } from '@app/http';
import { Clock } from '@app/kernel';
import { factsOf } from './booking-facts.js';
import { BookingViews } from './booking-views.js';
import type { Booking } from './booking.entity.js';
import { BookingNotPayable } from './booking.errors.js';
import { BookingsRepository } from './bookings.repository.js';
import { Seats } from './seats.js';

const MINUTE_MS = 60_000;
/** A payment that begins later than this before the hold lapses extends it to this, once. */
const TIME_TO_PAY_MS = 5 * MINUTE_MS;

/** A booking that may be paid. */
export interface PayableBooking {
  readonly booking: Booking;
  /** Whether its hold was extended for it. */
  readonly isExtended: boolean;
}

/**
 * The face that bookings show to payments. What takes a `tx` runs in the transaction of whoever moves the money, with the booking's
 * row locked before any payment's, so that a client that has paid reads `confirmed` at once.
 */
@Injectable()
export class BookingPayments {
  constructor(
    private readonly bookings: BookingsRepository,
    private readonly seats: Seats,
    private readonly events: EventBus,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
    private readonly views: BookingViews,
  ) {}

  /**
   * The traveller's own booking as it stands, for a payment to begin. It is not locked: the statement that writes the payment does
   * that, if the booking still has this version. A hold about to lapse is extended, and that not yet written.
   * @throws ResourceNotFound, BookingNotPayable
   */
  async findPayable(id: string, actor: Actor): Promise<PayableBooking> {
    const booking = await this.bookings.findById(id);
    if (booking?.userId !== actor.id) throw new ResourceNotFound('booking', id);
    const now = this.clock.now();
    if (!booking.isHeld(now) || booking.startsAt <= now) throw new BookingNotPayable(booking.status);
    return { booking, isExtended: this.extendHold(booking, now) };
  }

  /** @throws ResourceNotFound */
  async lock(id: string, tx: Tx): Promise<Booking> {
    const booking = await this.bookings.lock(id, tx);
    if (!booking) throw new ResourceNotFound('booking', id);
    return booking;
  }

  /**
   * Money has come in, in time or late.
   * @param booking locked; not yet paid by another attempt.
   * @param amount minor units of the booking's currency.
   * @returns `refund-due` when there is nothing to give for it: the booking was cancelled, or its seats are gone.
   */
  async applyCapture(booking: Booking, amount: number, tx: Tx): Promise<'confirmed' | 'refund-due'> {
    const wasPending = booking.status === 'pending';
    const keepsSeats = wasPending || (booking.status === 'expired' && (await this.reclaim(booking, tx)));
    if (!keepsSeats) {
      booking.paid += amount;
      await this.bookings.save(booking, tx);
      return 'refund-due';
    }
    const confirmed = this.capture(booking, amount);
    await this.bookings.save(booking, tx);
    if (wasPending) await this.seats.confirm(booking, tx);
    await this.events.publish(confirmed, tx);
    return 'confirmed';
  }

  /**
   * What {@link applyCapture} does to a pending booking, for a statement that then writes it: `writePaid`, `confirmSeats`.
   * @returns the news of it, to be written too.
   */
  capture(booking: Booking, amount: number): BookingConfirmed {
    booking.paid += amount;
    booking.confirm();
    return new BookingConfirmed(factsOf(booking));
  }

  /** To be awaited after the commit of a statement that wrote the booking itself. */
  written({ id }: Booking): Promise<void> {
    return this.views.forget([id]);
  }

  /** A refund is on its way. @param booking locked */
  commitRefund(booking: Booking, amount: number, tx: Tx): Promise<void> {
    booking.refundCommitted += amount;
    return this.bookings.save(booking, tx);
  }

  /** A committed refund has arrived. @param booking locked */
  settleRefund(booking: Booking, amount: number, tx: Tx): Promise<void> {
    booking.refunded += amount;
    return this.bookings.save(booking, tx);
  }

  /** A settled refund came back to the gateway: it is owed again. @param booking locked */
  unsettleRefund(booking: Booking, amount: number, tx: Tx): Promise<void> {
    booking.refunded -= amount;
    return this.bookings.save(booking, tx);
  }

  /** A refund that failed was given up: the money stays. @param booking locked */
  uncommitRefund(booking: Booking, amount: number, tx: Tx): Promise<void> {
    booking.refundCommitted -= amount;
    return this.bookings.save(booking, tx);
  }

  /** A bank took back `amount` of what was paid, or with a negative amount returned it. @param booking locked */
  dispute(booking: Booking, amount: number, tx: Tx): Promise<void> {
    booking.disputed += amount;
    return this.bookings.save(booking, tx);
  }

  /** Holds shorter than a minute are a test's or a demo's, and mean what they say. */
  private extendHold(booking: Booking, now: Date): boolean {
    const enough = new Date(now.getTime() + TIME_TO_PAY_MS);
    const isShort = booking.holdExpiresAt !== null && booking.holdExpiresAt < enough;
    if (!isShort || booking.holdExtended || this.config.booking.holdMinutes < 1) return false;
    booking.holdExpiresAt = enough;
    booking.holdExtended = true;
    return true;
  }

  /** The hold had lapsed when the money came: its seats again, unless they are sold or the traveller has booked anew meanwhile. */
  private async reclaim(booking: Booking, tx: Tx): Promise<boolean> {
    if (await this.bookings.hasAnotherLive(booking, tx)) return false;
    return this.seats.tryBook(booking.departureId, booking.seats, tx);
  }
}
