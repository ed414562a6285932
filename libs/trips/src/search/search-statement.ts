import { decodeCursor, InvalidRequest } from '@app/http';
import { isUUID } from 'class-validator';
import { startsWithin } from '../departures/departure-range.js';
import { TRIP_JSON } from '../trip-json.js';
import type { TripSearchQuery, TripSort } from './trip-search.dto.js';

/** A statement with named parameters (`:now`). */
export interface Statement {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A trip of a page, by which the next may begin. */
export interface FoundTrip {
  readonly id: string;
  /** Within what a number holds exactly (`bigintColumn`). */
  readonly priceFrom: number;
  /** `TripView` */
  readonly json: string;
}

/** A {@link FoundTrip}, of `trips AS trip`. */
export const FOUND_TRIP = `trip.id, trip.price_from::float8 AS "priceFrom", ${TRIP_JSON}::text AS json`;

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

/**
 * Of so many departures among n trips it is as quick to look at each of them as to walk the trips, of which every so many has one, until a
 * page is full. (Of a table that was never analysed PostgreSQL says that it has -1 rows.)
 */
const few = (limit: number) =>
  `SELECT greatest(500, sqrt(${limit + 1} * greatest(reltuples, 0)))::int AS most FROM pg_class WHERE oid = 'trips'::regclass`;

/** Several words are common together when so many of the newest trips have them: then a page is full before one in a hundred trips is read. */
const COMMON = 3;
const NEWEST = 256;

const MATCH = `trip.search @@ websearch_to_tsquery('english', :q)`;

/** Ways to the same trips, of which `choice`, a WITH clause, lets exactly one find any: each is conditions on `trip`. */
interface Ways {
  readonly choice: string;
  readonly ways: readonly (readonly string[])[];
}

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
  const { choice, ways }: Ways = departing ?? ofWords(search) ?? { choice: '', ways: [[]] };
  const isPlain =
    !departing && conditions.every((condition) => [LISTED, SORTS[search.sort].after].includes(condition));
  const planning = isPlain && search.limit === USUAL_LIMIT ? '' : '/* plan each time */';
  const found = ways.map((way) => `(${find([...conditions, ...way])})`).join(' UNION ALL ');
  return {
    sql: `${planning} ${choice} SELECT ${FOUND_TRIP}
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
  if (q && !isOfWordsAlone(search)) conditions.push(MATCH);
  if (country) conditions.push('trip.country = :country');
  if (currency) conditions.push('trip.currency = :currency');
  if (minPrice !== undefined) conditions.push('trip.price_from >= :minPrice');
  if (maxPrice !== undefined) conditions.push('trip.price_from <= :maxPrice');
  if (id !== undefined) conditions.push(SORTS[search.sort].after);
  return { conditions, parameters: { q, country, currency, minPrice, maxPrice, price, id } };
}

/** Words that stand together, and nothing that leads to few trips by another index. */
function isOfWordsAlone({
  q,
  country,
  currency,
  minPrice,
  maxPrice,
  from,
  to,
  seats,
}: TripSearchQuery): boolean {
  return (
    /\S\s+\S/.test(q ?? '') &&
    [country, currency, minPrice, maxPrice, from, to, seats].every((one) => one === undefined)
  );
}

/**
 * Two ways to trips with several words. PostgreSQL knows how common each is, and takes it that they have nothing to do with each other: where
 * one hardly comes without the other (salt pans, a place and its sight) it would fetch all trips that have both, to sort them. So the newest are
 * asked first. What they have is common: trips are walked in the order of the page, until it is full (CASE keeps the index of words out of it).
 */
function ofWords(search: TripSearchQuery): Ways | undefined {
  if (!isOfWordsAlone(search)) return undefined;
  return {
    choice: `WITH sample AS (
      SELECT count(*) >= ${COMMON} AS common
      FROM (SELECT search FROM trips WHERE listed ORDER BY id DESC LIMIT ${NEWEST}) AS trip WHERE ${MATCH})`,
    ways: [
      ['(SELECT common FROM sample)', `CASE WHEN ${MATCH} THEN true END`],
      ['NOT (SELECT common FROM sample)', MATCH],
    ],
  };
}

/**
 * Two ways to trips with a departure, of which the statement takes one by a count in an index. Where few departures are asked for,
 * they lead to their trips. Where there are many, trips are walked in the order of the page until it is full, and each is asked
 * (OFFSET 0 keeps it a question per trip: PostgreSQL thinks ranges far rarer than they are, and would collect them all. ORDER BY has it asked
 * of the index that knows when, so that none outside the range is read).
 */
function ofDepartures(
  { from, to, seats, limit }: TripSearchQuery,
  now: Date,
): (Ways & Pick<Statement, 'parameters'>) | undefined {
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
    choice: `WITH few AS (${few(limit)}), departing AS (
      SELECT count(*) <= (SELECT most FROM few) AS few
      FROM (SELECT FROM departures departure WHERE ${counted.join(' AND ')} LIMIT (SELECT most + 1 FROM few)) AS first)`,
    ways: [
      [
        '(SELECT few FROM departing)',
        `trip.id = ANY (ARRAY(SELECT departure.trip_id FROM departures departure WHERE ${asked}))`,
      ],
      [
        'NOT (SELECT few FROM departing)',
        `EXISTS (SELECT FROM departures departure WHERE departure.trip_id = trip.id AND ${asked} ORDER BY departure.starts_at OFFSET 0)`,
      ],
    ],
    parameters: { ...range.parameters, now, seats: seats ?? 1 },
  };
}
