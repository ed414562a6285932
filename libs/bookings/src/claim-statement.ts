import { insertOutboxRows } from '@app/events';
import { insertKeysFrom, isKeyTaken } from '@app/http';
import { SEATS_LEFT, sellsAt } from '@app/trips';

/** A claim that was booked, and what its booking copied. */
export interface BookedRow {
  readonly id: string;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly commission_bps: number;
}

/** In one order, so that two departures whose claims have keys in common do not wait for each other. */
const KEYS_IN_ORDER = /* sql */ `(
    SELECT taker.*, user_id AS actor_id, id AS resource_id FROM taker WHERE key IS NOT NULL ORDER BY user_id, key
  ) AS new`;

/** In SQL: whether a hold on `$1` has lapsed by `$2`, whose seats are to be put back on sale before anyone is told that there are none. */
const HAS_LAPSED = /* sql */ `
  EXISTS (SELECT FROM bookings WHERE departure_id = $1 AND status = 'pending' AND hold_expires_at <= $2)`;

/**
 * Everything that making bookings on one departure does, in one statement that commits by itself: `$1` departure, `$2` now, `$3` the end
 * of the holds, `$4` the least that anyone asks for; `$5` to `$14` the claims and `$15` to `$18` their items, as parallel arrays; `$19`
 * their events.
 *
 * Seats go to the claims in their order, as long as the sum of the seats up to and with them fits; those of whom it is not true are not
 * necessarily sold out. Whoever asks for more than there are, with none to come back from lapsed holds, is sold out whatever becomes of
 * the others, and does not count: he would have all who are behind him asked for again. The departure is locked before its seats are
 * counted, and only when someone can have some: whoever is refused writes nothing, and waits for no disk. What a booking copies of
 * departure, trip and vendor is read from their rows; what its price was made of is compared by the trip's version.
 */
export const CLAIM = /* sql */ `
WITH departure AS MATERIALIZED (
  SELECT id AS departure_id, trip_id, starts_at, ends_at, ${SEATS_LEFT} AS seats_left
  FROM departures WHERE id = $1 AND ${sellsAt('$2')} AND ${SEATS_LEFT} >= $4
  FOR NO KEY UPDATE
), candidate AS (
  SELECT claim.*, departure.*, trips.vendor_id, trips.currency, trips.cancellation_policy, vendors.commission_bps,
    sum(seats) OVER (ORDER BY place) AS seats_up_to_here
  FROM departure
  JOIN trips ON trips.id = departure.trip_id
  JOIN vendors ON vendors.id = trips.vendor_id
  CROSS JOIN unnest($5::uuid[], $6::text[], $7::uuid[], $8::int[], $9::int[], $10::bigint[], $11::jsonb[], $12::text[], $13::text[],
      $14::text[]) WITH ORDINALITY
    AS claim (id, reference, user_id, version, seats, total, contact, key, route, body_hash, place)
  WHERE claim.version = trips.version AND (seats <= seats_left OR ${HAS_LAPSED}) AND NOT ${isKeyTaken('user_id', 'claim.key')}
), taker AS MATERIALIZED (
  SELECT * FROM candidate WHERE seats_up_to_here <= seats_left
), moved AS (
  UPDATE departures SET seats_held = seats_held + held, seats_booked = seats_booked + booked
  FROM (
    SELECT coalesce(sum(seats) FILTER (WHERE total > 0), 0) AS held, coalesce(sum(seats) FILTER (WHERE total = 0), 0) AS booked
    FROM taker HAVING count(*) > 0
  ) AS taken
  WHERE departures.id = $1
), booked AS (
  INSERT INTO bookings (id, reference, user_id, vendor_id, trip_id, departure_id, status, seats, currency, total,
    commission_bps, policy_snapshot, contact, starts_at, ends_at, hold_expires_at, created_at, updated_at)
  SELECT id, reference, user_id, vendor_id, trip_id, departure_id, CASE total WHEN 0 THEN 'confirmed' ELSE 'pending' END,
    seats, currency, total, commission_bps, cancellation_policy, contact, starts_at, ends_at,
    CASE total WHEN 0 THEN NULL ELSE $3::timestamptz END, $2, $2
  FROM taker
), listed AS (
  INSERT INTO booking_items (booking_id, unit_id, quantity, unit_price, amount)
  SELECT booking_id, unit_id, quantity, unit_price, quantity * unit_price
  FROM unnest($15::uuid[], $16::uuid[], $17::int[], $18::bigint[]) AS item (booking_id, unit_id, quantity, unit_price)
  WHERE booking_id IN (SELECT id FROM taker)
), kept AS (
  ${insertKeysFrom(KEYS_IN_ORDER, '201', '$2')}
), told AS (
  ${insertOutboxRows('$19', '$2', 'aggregate_id IN (SELECT id FROM taker)')}
)
SELECT id, starts_at, ends_at, commission_bps FROM taker`;

/** How a departure stands to those who were not booked. */
export interface StandingRow {
  readonly sells: boolean;
  readonly seats_left: number;
  readonly version: number;
  /** A hold on it has lapsed. */
  readonly has_lapsed: boolean;
  /** The claims whose idempotency key another request holds. */
  readonly repeats: string[];
}

/**
 * `$1` departure, `$2` now, `$3` as JSON the `id`, `actor_id` and idempotency `key` of the claims that have one. Not as arrays: these are
 * counted by the planner, who would plan anew each time for what it gains by knowing how many they are.
 */
export const STANDING = /* sql */ `
SELECT sells, seats_left, trips.version,
  ${HAS_LAPSED} AS has_lapsed,
  ARRAY (
    SELECT id FROM jsonb_to_recordset($3::jsonb) AS claim (id uuid, actor_id uuid, key text)
    WHERE ${isKeyTaken('claim.actor_id', 'claim.key')}
  ) AS repeats
FROM (SELECT trip_id, ${sellsAt('$2')} AS sells, ${SEATS_LEFT} AS seats_left FROM departures WHERE id = $1) AS departure
JOIN trips ON trips.id = departure.trip_id`;
