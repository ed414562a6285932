import { Inject, Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { CONFIG, type Config } from '@app/config';
import type { Tx } from '@app/database';
import { BookingConfirmed } from '@app/events';
import { ResourceNotFound, type Actor } from '@app/http';
import { Clock } from '@app/kernel';
import { factsOf } from './booking-facts.js';
import type { Booking } from './booking.entity.js';
import { BookingNotPayable } from './booking.errors.js';
import { BookingsRepository } from './bookings.repository.js';
import { Seats } from './seats.js';

const MINUTE_MS = 60_000;
/** A payment that begins later than this before the hold lapses extends it to this, once. */
const TIME_TO_PAY_MS = 5 * MINUTE_MS;

/**
 * The face that bookings show to payments. Everything here runs in the transaction of whoever moves the money, with the booking's
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
  ) {}

  /** Locks the traveller's own booking for a payment to begin. @throws ResourceNotFound, BookingNotPayable */
  async lockPayable(id: string, actor: Actor, tx: Tx): Promise<Booking> {
    const booking = await this.bookings.lock(id, tx);
    if (!booking || booking.userId !== actor.id) throw new ResourceNotFound('booking', id);
    const now = this.clock.now();
    if (!booking.isHeld(now) || booking.startsAt <= now) throw new BookingNotPayable(booking.status);
    await this.extendHold(booking, tx);
    return booking;
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
    booking.paid += amount;
    const wasPending = booking.status === 'pending';
    const keepsSeats = wasPending || (booking.status === 'expired' && (await this.reclaim(booking, tx)));
    if (keepsSeats) booking.confirm();
    await this.bookings.save(booking, tx);
    if (!keepsSeats) return 'refund-due';
    if (wasPending) await this.seats.confirm(booking, tx);
    await this.events.publish(new BookingConfirmed(factsOf(booking)), tx);
    return 'confirmed';
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
  private async extendHold(booking: Booking, tx: Tx): Promise<void> {
    const enough = new Date(this.clock.now().getTime() + TIME_TO_PAY_MS);
    const short = booking.holdExpiresAt !== null && booking.holdExpiresAt < enough;
    if (!short || booking.holdExtended || this.config.booking.holdMinutes < 1) return;
    booking.holdExpiresAt = enough;
    booking.holdExtended = true;
    await this.bookings.save(booking, tx);
  }

  /** The hold had lapsed when the money came: its seats again, unless they are sold or the traveller has booked anew meanwhile. */
  private async reclaim(booking: Booking, tx: Tx): Promise<boolean> {
    if (await this.bookings.hasAnotherLive(booking, tx)) return false;
    return this.seats.tryBook(booking.departureId, booking.seats, tx);
  }
}
