import { toSafeInteger } from '@app/database';
import { Clock, money } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { BookingFactsReader, type BookingFacts } from './booking-facts.js';
import type { LetterFacts } from './locale.js';
import type { Gatherers, Material } from './material.js';
import { Moot } from './moot.js';

type Kinds =
  | 'booking-received'
  | 'booking-confirmed'
  | 'booking-cancelled'
  | 'payment-receipt'
  | 'refund-arrived'
  | 'payment-reminder'
  | 'trip-reminder';

/** What travellers are told. A booking's contact is written to in the place of its user. */
@Injectable()
export class BookingLetters {
  constructor(
    private readonly bookings: BookingFactsReader,
    private readonly clock: Clock,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  readonly gatherers: Gatherers<Kinds> = {
    'booking-received': async ({ aboutId }) => {
      const booking = await this.bookings.read(aboutId);
      // A booking that was paid meanwhile was received all the same; of its confirmation the next mail tells.
      const stands = booking.status === 'confirmed' || this.isHeld(booking);
      return stands ? told(booking, booking) : over(booking);
    },

    'booking-confirmed': async ({ aboutId }) => {
      const booking = await this.bookings.read(aboutId);
      const stands = booking.status === 'confirmed' || booking.status === 'completed';
      return stands ? { ...told(booking, booking), calendar: booking } : over(booking);
    },

    'booking-cancelled': async ({ aboutId, facts }) => {
      const booking = await this.bookings.read(aboutId);
      return told(booking, { ...booking, ...facts });
    },

    'payment-receipt': async ({ aboutId, facts: { paymentId, amount, paidAt } }) => {
      const booking = await this.bookings.read(aboutId);
      const returning = money(await this.returningOf(paymentId), amount.currency);
      return told(booking, { ...booking, amount, paidAt: new Date(paidAt), returning });
    },

    'refund-arrived': async ({ aboutId, facts }) => {
      const booking = await this.bookings.read(aboutId);
      return told(booking, { ...booking, ...facts });
    },

    'payment-reminder': async ({ aboutId }) => {
      const booking = await this.bookings.read(aboutId);
      return this.isHeld(booking) ? told(booking, booking) : over(booking);
    },

    'trip-reminder': async ({ aboutId }) => {
      const booking = await this.bookings.read(aboutId);
      if (booking.isCalledOff) return new Moot('the departure is cancelled');
      const isAhead = booking.status === 'confirmed' && booking.startsAt > this.clock.now();
      return isAhead ? told(booking, booking) : over(booking);
    },
  };

  private isHeld(booking: BookingFacts): booking is BookingFacts & { holdExpiresAt: Date } {
    const { status, holdExpiresAt } = booking;
    return status === 'pending' && holdExpiresAt !== null && holdExpiresAt > this.clock.now();
  }

  /** Minor units that have gone back of a payment, or are about to: it was not needed, or came too late. */
  private async returningOf(paymentId: string): Promise<number> {
    const [{ amount }] = await this.dataSource.query<[{ amount: string }]>(
      `SELECT coalesce(sum(amount), 0) AS amount FROM refunds WHERE payment_id = $1 AND status IN ('pending', 'succeeded')`,
      [paymentId],
    );
    return toSafeInteger(amount);
  }
}

function told<Kind extends Kinds>({ contact }: BookingFacts, facts: LetterFacts[Kind]): Material<Kind> {
  return { facts, ...(contact && { to: contact }) };
}

const over = ({ status }: BookingFacts) => new Moot(`the booking is ${status}, or its time is over`);
