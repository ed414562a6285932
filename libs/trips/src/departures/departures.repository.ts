import type { Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type EntityManager } from 'typeorm';
import type { Trip } from '../trip.entity.js';
import { startsWithin, type DepartureRange } from './departure-range.js';
import { Departure } from './departure.entity.js';

interface Listing extends DepartureRange {
  readonly now: Date;
  /** The start that the page before ended with. */
  readonly after?: Date;
  readonly limit: number;
}

/** What a departure must be to sell at all. @param now SQL for the present instant. */
export const sellsAt = (now: string) => `status = 'scheduled' AND sellable AND cutoff_at > ${now}`;
/** How many seats can be had, in SQL. */
export const SEATS_LEFT = 'capacity - seats_held - seats_booked';
/** `$2` seats at the instant `$3`. */
const SELLS = `${sellsAt('$3')} AND ${SEATS_LEFT} >= $2`;

/**
 * The departures' rows and, above all, their seats. Each move of seats is one conditional statement, so that whatever runs at the
 * same time, seats held and booked never exceed the capacity; the CHECK `departures_seats_check` has the last word.
 */
@Injectable()
export class Departures {
  constructor(@InjectRepository(Departure) private readonly departures: Repository<Departure>) {}

  find(id: string, tx: EntityManager = this.departures.manager): Promise<Departure | null> {
    return tx.findOneBy(Departure, { id });
  }

  /** For whoever will move seats on several departures: locked by id, two of them never wait for each other. */
  async lockInOrder(ids: readonly string[], tx: Tx): Promise<void> {
    await tx.query('SELECT FROM departures WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE', [ids]);
  }

  /** Those not cancelled that start in the range, or from now on when it has no beginning; the earliest first. */
  findOfTrip(tripId: string, { from, to, now, after, limit }: Listing): Promise<Departure[]> {
    const { conditions, parameters } = startsWithin({ from, to });
    const query = this.departures
      .createQueryBuilder('departure')
      .where(`departure.trip_id = :tripId AND departure.status <> 'cancelled'`, { tripId })
      .setParameters(parameters)
      .orderBy('departure.startsAt')
      .limit(limit);
    for (const condition of conditions) query.andWhere(condition);
    if (!from) query.andWhere('departure.starts_at > :now', { now });
    if (after) query.andWhere('departure.starts_at > :after', { after });
    return query.getMany();
  }

  /** Whether seats of any departure of the trip are held or booked. */
  anySold(tripId: string, tx: Tx): Promise<boolean> {
    return tx
      .createQueryBuilder(Departure, 'departure')
      .where('departure.trip_id = :tripId AND departure.seats_held + departure.seats_booked > 0', { tripId })
      .getExists();
  }

  /** After a change of the trip's cutoff or duration. A departure that has sold ends when it said it would. */
  async retime(
    trip: Pick<Trip, 'id' | 'bookingCutoffMinutes' | 'durationMinutes'>,
    now: Date,
    tx: Tx,
  ): Promise<void> {
    await tx.query(
      /* sql */ `
      WITH locked AS (
        SELECT id FROM departures
        WHERE trip_id = $1 AND starts_at > $4 AND status <> 'cancelled'
          AND (cutoff_at <> starts_at - make_interval(mins => $2) OR ends_at <> starts_at + make_interval(mins => $3))
        ORDER BY id FOR NO KEY UPDATE
      )
      UPDATE departures SET
        cutoff_at = starts_at - make_interval(mins => $2),
        ends_at = CASE WHEN seats_held + seats_booked = 0 THEN starts_at + make_interval(mins => $3) ELSE ends_at END
      FROM locked WHERE departures.id = locked.id`,
      [trip.id, trip.bookingCutoffMinutes, trip.durationMinutes, now],
    );
  }

  /** Takes seats off sale for a pending booking. @returns false when it does not sell, or not that many. */
  hold(id: string, seats: number, now: Date, tx: Tx): Promise<boolean> {
    return moved(tx, `UPDATE departures SET seats_held = seats_held + $2 WHERE id = $1 AND ${SELLS}`, [
      id,
      seats,
      now,
    ]);
  }

  /** Puts seats that were held back on sale. */
  async releaseHeld(id: string, seats: number, tx: Tx): Promise<void> {
    await moved(tx, 'UPDATE departures SET seats_held = seats_held - $2 WHERE id = $1', [id, seats]);
  }

  /** {@link releaseHeld} on many departures, locked by id, in one statement. @param seats by departure id. */
  async releaseHeldOf(seats: ReadonlyMap<string, number>, tx: Tx): Promise<void> {
    if (seats.size === 0) return;
    await tx.query(
      `WITH released AS (
         SELECT id, seats FROM unnest($1::uuid[], $2::int[]) AS released (id, seats)
       ), locked AS (
         SELECT id FROM departures WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE
       )
       UPDATE departures SET seats_held = seats_held - released.seats
       FROM released JOIN locked USING (id) WHERE departures.id = released.id`,
      [[...seats.keys()], [...seats.values()]],
    );
  }

  /** Makes seats that were held the traveller's. */
  async confirmHeld(id: string, seats: number, tx: Tx): Promise<void> {
    await moved(
      tx,
      'UPDATE departures SET seats_held = seats_held - $2, seats_booked = seats_booked + $2 WHERE id = $1',
      [id, seats],
    );
  }

  /** Books seats that are no longer held, for money that came late. @returns false when it does not sell, or not that many. */
  claimBooked(id: string, seats: number, now: Date, tx: Tx): Promise<boolean> {
    return moved(tx, `UPDATE departures SET seats_booked = seats_booked + $2 WHERE id = $1 AND ${SELLS}`, [
      id,
      seats,
      now,
    ]);
  }

  /** Puts seats that were booked back on sale. */
  async releaseBooked(id: string, seats: number, tx: Tx): Promise<void> {
    await moved(tx, 'UPDATE departures SET seats_booked = seats_booked - $2 WHERE id = $1', [id, seats]);
  }
}

/** Runs an UPDATE of one row. @returns whether its condition held. */
async function moved(tx: Tx, statement: string, parameters: unknown[]): Promise<boolean> {
  const [, affected] = await tx.query<[unknown[], number]>(statement, parameters);
  return affected === 1;
}
