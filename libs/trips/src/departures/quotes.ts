import { CacheService, type CacheKey, type Json } from '@app/cache';
import { IS_ONE_OF_KEYS, readTogether, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { CancellationPolicy } from '../cancellation-policy.js';
import type { TripStatus } from '../trip-status.js';
import type { UnitType } from '../trip-unit.entity.js';

/** All that the price of a booking depends on, as it stood at one moment. Seats are not part of it. */
export interface QuoteSource {
  readonly departure: { readonly id: string; readonly startsAt: Date; readonly endsAt: Date };
  readonly trip: {
    readonly id: string;
    readonly vendorId: string;
    readonly currency: string;
    readonly status: TripStatus;
    readonly cancellationPolicy: CancellationPolicy;
    /** Another one as soon as anything of the trip or its units is. */
    readonly version: number;
  };
  /** Those on sale; `price` in minor units of the trip's currency, `paxCount` in seats. */
  readonly units: readonly QuoteUnit[];
}

export interface QuoteUnit {
  readonly id: string;
  readonly type: UnitType;
  readonly price: number;
  readonly paxCount: number;
  readonly minQuantity: number | null;
  readonly maxQuantity: number | null;
}

/** What the cache remembers: whoever relies on it has the database compare `trip.version`, and refuses nothing without looking anew. */
export interface RememberedQuote {
  readonly quote: Json<QuoteSource> | undefined;
  /** Whether it was read just now. */
  readonly isFresh: boolean;
}

/** Long, for it harms nobody that a remembered quote is old: it makes one more round trip, once. */
const TTL_MS = 10 * 60_000;

const keyOf = (departureId: string): CacheKey => `v1:departures:quote:${departureId}`;

/** What departures cost. */
@Injectable()
export class Quotes {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly cache: CacheService,
  ) {}

  /** Through the cache; of what is not there, nothing is remembered. */
  async recall(departureId: string): Promise<RememberedQuote> {
    let isFresh = false;
    const quote = await this.cache.wrap(keyOf(departureId), TTL_MS, () => {
      isFresh = true;
      return this.read(departureId);
    });
    return { quote: quote ?? undefined, isFresh };
  }

  /** Past the cache, which remembers it from now on: once a remembered quote has turned out to be old. */
  async renew(departureId: string): Promise<QuoteSource | undefined> {
    const quote = await this.read(departureId);
    await this.cache.set(keyOf(departureId), quote, { ttlMs: TTL_MS });
    return quote;
  }

  /** Departure, trip and units in one statement, so that no price is made of two states. */
  async read(departureId: string, tx?: Tx): Promise<QuoteSource | undefined> {
    if (!tx) return this.readShared(departureId);
    const [row] = await tx.query<QuoteRow[]>(QUOTES, [[departureId]]);
    return row && toQuote(row);
  }

  private readonly readShared = readTogether(async (departureIds) => {
    const rows = await this.dataSource.query<QuoteRow[]>(QUOTES, [departureIds]);
    return rows.map((row) => [row.id, toQuote(row)]);
  });
}

const QUOTES = /* sql */ `
  SELECT d.id, d.starts_at, d.ends_at, t.id AS trip_id, t.vendor_id, t.currency, t.status AS trip_status,
    t.cancellation_policy, t.version,
    (SELECT coalesce(json_agg(json_build_object('id', u.id, 'type', u.type, 'price', u.price, 'paxCount', u.pax_count,
        'minQuantity', u.min_quantity, 'maxQuantity', u.max_quantity)), '[]')
      FROM trip_units u WHERE u.trip_id = t.id AND u.on_sale) AS units
  FROM departures d JOIN trips t ON t.id = d.trip_id
  WHERE d.id ${IS_ONE_OF_KEYS}`;

interface QuoteRow {
  id: string;
  starts_at: Date;
  ends_at: Date;
  trip_id: string;
  vendor_id: string;
  currency: string;
  trip_status: TripStatus;
  cancellation_policy: CancellationPolicy;
  version: number;
  units: QuoteUnit[];
}

const toQuote = ({ id, units, starts_at: startsAt, ends_at: endsAt, ...row }: QuoteRow): QuoteSource => ({
  departure: { id, startsAt, endsAt },
  trip: {
    id: row.trip_id,
    vendorId: row.vendor_id,
    currency: row.currency,
    status: row.trip_status,
    cancellationPolicy: row.cancellation_policy,
    version: row.version,
  },
  units,
});
