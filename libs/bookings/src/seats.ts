import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '@app/config';
import type { Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Departures } from '@app/trips';
import type { Booking } from './booking.entity.js';
import { DepartureClosed, DepartureSoldOut } from './booking.errors.js';

const MINUTE_MS = 60_000;

/** The seats of bookings: every move is one conditional statement on the departure's row, and the database has the last word. */
@Injectable()
export class Seats {
  constructor(
    private readonly departures: Departures,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Until when a hold that begins now lasts. */
  holdExpiry(): Date {
    return new Date(this.clock.now().getTime() + this.config.booking.holdMinutes * MINUTE_MS);
  }

  /** @throws DepartureSoldOut, DepartureClosed */
  async hold(departureId: string, seats: number, tx: Tx): Promise<void> {
    if (!(await this.departures.hold(departureId, seats, this.clock.now(), tx)))
      await this.refuse(departureId, seats, tx);
  }

  /** @returns whether seats could be had after all, for money that came after the hold had lapsed. */
  tryBook(departureId: string, seats: number, tx: Tx): Promise<boolean> {
    return this.departures.claimBooked(departureId, seats, this.clock.now(), tx);
  }

  confirm({ departureId, seats }: Booking, tx: Tx): Promise<void> {
    return this.departures.confirmHeld(departureId, seats, tx);
  }

  release({ departureId, seats }: Booking, from: 'held' | 'booked', tx: Tx): Promise<void> {
    return from === 'held'
      ? this.departures.releaseHeld(departureId, seats, tx)
      : this.departures.releaseBooked(departureId, seats, tx);
  }

  /** Whether the departure of the booking was cancelled. */
  async isCalledOff({ departureId }: Booking, tx?: Tx): Promise<boolean> {
    return (await this.departures.find(departureId, tx))?.status === 'cancelled';
  }

  private async refuse(departureId: string, seats: number, tx: Tx): Promise<never> {
    const departure = await this.departures.find(departureId, tx);
    const now = this.clock.now();
    if (!departure || !departure.sellable || departure.status !== 'scheduled' || departure.cutoffAt <= now) {
      throw new DepartureClosed();
    }
    throw new DepartureSoldOut(seats, departure.capacity - departure.seatsHeld - departure.seatsBooked);
  }
}
