import { decodeCursor, InvalidRequest } from '@app/http';
import { isUUID } from 'class-validator';
import { startsWithin } from '../departures/departure-range.js';
import { TRIP_COLUMNS } from '../trip-rows.js';
import type { TripSearchQuery, TripSort } from './trip-search.dto.js';

/** A statement with named parameters (`:now`). */
export interface Statement {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** How a sort reads an index on listed trips, and where the next page begins. */
const SORTS: Readonly<Record<TripSort, { order: (table: string) => string; after: string }>> = {
  newest: { order: (table) => `${table}.id DESC`, after: 'trip.id < :id' },
  price: {
    order: (table) => `${table}.price_from, ${table}.id`,
    after: '(trip.price_from, trip.id) > (:price, :id)',
  },
  '-price': {
    order: (table) => `${table}.price_from DESC, ${table}.id DESC`,
    after: '(trip.price_from, trip.id) < (:price, :id)',
  },
};

const LISTED = 'trip.listed';

/** A page of that length without any condition is all the same whatever its values: it keeps its plan. Others are too many to keep. */
const USUAL_LIMIT = 20;

/** Up to so many departures are looked at one by one; with more, trips are, of which every so many has one. */
const FEW = 500;

/**
 * One page of a search and one trip more. Only the conditions asked for are in it, and it is planned for its values: how common a word
 * or a country is decides which index is best. What is found is found in indexes as far as possible; then those few trips are read.
 *
 * @throws InvalidRequest when a range ends before it begins, or the cursor is not ours.
 */
export function searchStatement(search: TripSearchQuery, now: Date): Statement {
  const { order } = SORTS[search.sort];
  const { conditions, parameters } = ofTrips(search);
  const find = (all: readonly string[]) =>
    `SELECT trip.id, trip.price_from FROM trips trip WHERE ${all.join(' AND ')} ORDER BY ${order('trip')} LIMIT ${search.limit + 1}`;
  const departing = ofDepartures(search, now);
  const isPlain =
    !departing && conditions.every((condition) => [LISTED, SORTS[search.sort].after].includes(condition));
  const planning = isPlain && search.limit === USUAL_LIMIT ? '' : '/* plan each time */';
  const found = departing
    ? departing.ways.map((way) => `(${find([...conditions, ...way])})`).join(' UNION ALL ')
    : find(conditions);
  return {
    sql: `${planning} ${departing?.count ?? ''} SELECT ${TRIP_COLUMNS}
      FROM (${found}) AS found JOIN trips trip ON trip.id = found.id ORDER BY ${order('found')}`,
    parameters: { ...parameters, ...departing?.parameters },
  };
}

function ofTrips(search: TripSearchQuery): { conditions: string[]; parameters: Statement['parameters'] } {
  const { q, country, currency, minPrice, maxPrice, cursor } = search;
  if (minPrice !== undefined && maxPrice !== undefined && minPrice > maxPrice) {
    throw InvalidRequest.field('minPrice', 'must not be above maxPrice');
  }
  const [price, id] = decodeCursor(cursor, [Number.isSafeInteger, (part) => isUUID(part)]) ?? [];
  const conditions = [LISTED];
  if (q) conditions.push(`trip.search @@ websearch_to_tsquery('english', :q)`);
  if (country) conditions.push('trip.country = :country');
  if (currency) conditions.push('trip.currency = :currency');
  if (minPrice !== undefined) conditions.push('trip.price_from >= :minPrice');
  if (maxPrice !== undefined) conditions.push('trip.price_from <= :maxPrice');
  if (id !== undefined) conditions.push(SORTS[search.sort].after);
  return { conditions, parameters: { q, country, currency, minPrice, maxPrice, price, id } };
}

/**
 * Two ways to trips with a departure, of which the statement takes one by a `count` in an index. Where few departures are asked for,
 * they lead to their trips. Where there are many, trips are walked in the order of the page until it is full, and each is asked
 * (OFFSET 0 keeps it a question per trip: PostgreSQL thinks ranges far rarer than they are, and would collect them all).
 */
function ofDepartures({ from, to, seats }: TripSearchQuery, now: Date) {
  if (!from && !to && seats === undefined) return undefined;
  const range = startsWithin({ from, to });
  const sellable = `departure.sellable AND departure.status = 'scheduled'`;
  // Follows from the cutoff, and keeps the index scan off the past.
  const future = 'departure.starts_at > :now';
  const asked = [
    sellable,
    future,
    'departure.cutoff_at > :now',
    'departure.capacity >= :seats',
    'departure.capacity - departure.seats_held - departure.seats_booked >= :seats',
    ...range.conditions,
  ].join(' AND ');
  const counted =
    from || to
      ? [sellable, future, ...range.conditions.filter((condition) => condition.includes('starts_at'))]
      : [sellable, 'departure.capacity >= :seats'];
  return {
    count: `WITH departing AS (
      SELECT count(*) <= ${FEW} AS few
      FROM (SELECT FROM departures departure WHERE ${counted.join(' AND ')} LIMIT ${FEW + 1}) AS first)`,
    ways: [
      [
        '(SELECT few FROM departing)',
        `trip.id = ANY (ARRAY(SELECT departure.trip_id FROM departures departure WHERE ${asked}))`,
      ],
      [
        'NOT (SELECT few FROM departing)',
        `EXISTS (SELECT FROM departures departure WHERE departure.trip_id = trip.id AND ${asked} OFFSET 0)`,
      ],
    ],
    parameters: { ...range.parameters, now, seats: seats ?? 1 },
  };
}
