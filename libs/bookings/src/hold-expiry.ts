import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { inBatches, Transactor, type Tx } from '@app/database';
import { BookingExpired, Schedule, type ScheduleReport } from '@app/events';
import { Clock } from '@app/kernel';
import { Departures } from '@app/trips';
import { factsOf } from './booking-facts.js';
import { BookingViews } from './booking-views.js';
import { Booking } from './booking.entity.js';

/** Holds released by one transaction. */
const BATCH_SIZE = 200;

/** Puts the seats of lapsed holds back on sale. */
@Injectable()
export class HoldExpiry {
  constructor(
    private readonly departures: Departures,
    private readonly views: BookingViews,
    private readonly transactor: Transactor,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** Every worker does this; they skip each other's rows. */
  @Schedule({
    name: 'expire-holds',
    everySeconds: 2,
    summary: 'Puts the seats of lapsed holds back on sale',
  })
  async sweep(): Promise<ScheduleReport> {
    return { expired: await inBatches(BATCH_SIZE, () => this.expireLapsed()) };
  }

  /** @param departureId only the holds on this departure. @returns how many holds were released. */
  expireLapsed(departureId?: string): Promise<number> {
    return this.transactor.run(async (tx) => {
      const expired = await this.takeLapsed(tx, departureId);
      await this.departures.releaseHeldOf(seatsByDeparture(expired), tx);
      await this.events.publishAll(
        expired.map((booking) => new BookingExpired(factsOf(booking))),
        tx,
      );
      return expired.length;
    });
  }

  private async takeLapsed(tx: Tx, departureId?: string): Promise<Booking[]> {
    const lapsed = await tx
      .createQueryBuilder(Booking, 'booking')
      .where(`booking.status = 'pending' AND booking.holdExpiresAt <= :now`, { now: this.clock.now() })
      .andWhere(departureId ? 'booking.departureId = :departureId' : 'true', { departureId })
      .orderBy('booking.holdExpiresAt')
      .limit(BATCH_SIZE)
      .setLock('for_no_key_update')
      .setOnLocked('skip_locked')
      .getMany();
    const ids = lapsed.map(({ id }) => id);
    if (ids.length > 0) {
      await tx
        .createQueryBuilder()
        .update(Booking)
        .set({
          status: 'expired',
          holdExpiresAt: null,
          version: () => 'version + 1',
          updatedAt: this.clock.now(),
        })
        .whereInIds(ids)
        .execute();
      await this.views.forget(ids, tx);
    }
    return lapsed;
  }
}

function seatsByDeparture(bookings: readonly Booking[]): Map<string, number> {
  const seats = new Map<string, number>();
  for (const booking of bookings) {
    seats.set(booking.departureId, (seats.get(booking.departureId) ?? 0) + booking.seats);
  }
  return seats;
}
