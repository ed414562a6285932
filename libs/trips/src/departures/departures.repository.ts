import type { Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type EntityManager } from 'typeorm';
import type { CancellationPolicy } from '../cancellation-policy.js';
import type { TripStatus } from '../trip-status.js';
import type { UnitType } from '../trip-unit.entity.js';
import type { Trip } from '../trip.entity.js';
import { startsWithin, type DepartureRange } from './departure-range.js';
import type { DepartureStatus } from './departure-status.js';
import { Departure } from './departure.entity.js';

/** All that the price of a booking depends on, as it stood at one moment. */
export interface QuoteSource {
  readonly departure: {
    readonly id: string;
    readonly startsAt: Date;
    readonly endsAt: Date;
    readonly cutoffAt: Date;
    readonly status: DepartureStatus;
    readonly sellable: boolean;
  };
  readonly trip: {
    readonly id: string;
    readonly vendorId: string;
    readonly title: string;
    readonly currency: string;
    readonly status: TripStatus;
    readonly cancellationPolicy: CancellationPolicy;
  };
  /** Those on sale; `price` in minor units of the trip's currency, `paxCount` in seats. */
  readonly units: readonly QuoteUnit[];
  /** The vendor's commission. */
  readonly commissionBps: number;
}

export interface QuoteUnit {
  readonly id: string;
  readonly type: UnitType;
  readonly price: number;
  readonly paxCount: number;
  readonly minQuantity: number | null;
  readonly maxQuantity: number | null;
}

interface Listing extends DepartureRange {
  readonly now: Date;
  /** The start that the page before ended with. */
  readonly after?: Date;
  readonly limit: number;
}

/** What a departure must be to sell; `$2` seats at the instant `$3`. */
const SELLS = `status = 'scheduled' AND sellable AND cutoff_at > $3 AND capacity - seats_held - seats_booked >= $2`;

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

  /** Departure, trip, units and commission in one statement, so that no price is made of two states. */
  async quoteSource(
    departureId: string,
    tx: EntityManager = this.departures.manager,
  ): Promise<QuoteSource | undefined> {
    const rows = await tx.query<QuoteRow[]>(
      /* sql */ `
      SELECT d.id, d.starts_at, d.ends_at, d.cutoff_at, d.status, d.sellable,
        t.id AS trip_id, t.vendor_id, t.title, t.currency, t.status AS trip_status, t.cancellation_policy,
        v.commission_bps,
        (SELECT coalesce(json_agg(json_build_object('id', u.id, 'type', u.type, 'price', u.price, 'paxCount', u.pax_count,
            'minQuantity', u.min_quantity, 'maxQuantity', u.max_quantity)), '[]')
          FROM trip_units u WHERE u.trip_id = t.id AND u.on_sale) AS units
      FROM departures d
      JOIN trips t ON t.id = d.trip_id
      JOIN vendors v ON v.id = t.vendor_id
      WHERE d.id = $1`,
      [departureId],
    );
    return rows[0] && toQuoteSource(rows[0]);
  }
}

/** Runs an UPDATE of one row. @returns whether its condition held. */
async function moved(tx: Tx, statement: string, parameters: unknown[]): Promise<boolean> {
  const [, affected] = await tx.query<[unknown[], number]>(statement, parameters);
  return affected === 1;
}

interface QuoteRow {
  id: string;
  starts_at: Date;
  ends_at: Date;
  cutoff_at: Date;
  status: DepartureStatus;
  sellable: boolean;
  trip_id: string;
  vendor_id: string;
  title: string;
  currency: string;
  trip_status: TripStatus;
  cancellation_policy: CancellationPolicy;
  commission_bps: number;
  units: QuoteUnit[];
}

const toQuoteSource = (row: QuoteRow): QuoteSource => ({
  departure: {
    id: row.id,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    cutoffAt: row.cutoff_at,
    status: row.status,
    sellable: row.sellable,
  },
  trip: {
    id: row.trip_id,
    vendorId: row.vendor_id,
    title: row.title,
    currency: row.currency,
    status: row.trip_status,
    cancellationPolicy: row.cancellation_policy,
  },
  units: row.units,
  commissionBps: row.commission_bps,
});
