import { UNIT_TYPES } from './trip-unit.entity.js';

/** As `Date` writes it. (TypeORM takes `:SS` for a parameter, of which it has none.) */
const instant = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** As `MoneyView`. */
const money = (amount: string): string =>
  `(SELECT row_to_json(money) FROM (SELECT ${amount} AS amount, trip.currency) AS money)`;

/**
 * A `TripView` with its units on sale, as JSON, of `trips AS trip`: PostgreSQL writes it once, and a page of twenty goes out as it came,
 * without being read and written again.
 */
export const TRIP_JSON = /* sql */ `(
  SELECT row_to_json(view) FROM (SELECT
    trip.id, trip.vendor_id AS "vendorId", trip.slug, trip.title, trip.description, trip.location, trip.country,
    trip.latitude, trip.longitude, trip.time_zone AS "timeZone", trip.duration_minutes AS "durationMinutes", trip.currency,
    trip.status, trip.listed, trip.booking_cutoff_minutes AS "bookingCutoffMinutes",
    trip.cancellation_policy AS "cancellationPolicy", ${money('trip.price_from')} AS "priceFrom", ARRAY(
      SELECT row_to_json(unit) FROM (SELECT
        unit.id, unit.type, ${money('unit.price')} AS price, unit.pax_count AS "paxCount", unit.min_age AS "minAge",
        unit.max_age AS "maxAge", unit.min_quantity AS "minQuantity", unit.max_quantity AS "maxQuantity"
        FROM trip_units unit WHERE unit.trip_id = trip.id AND unit.on_sale
        ORDER BY array_position('{${UNIT_TYPES.join()}}', unit.type)) AS unit
    ) AS units, ${instant('trip.created_at')} AS "createdAt", ${instant('trip.updated_at')} AS "updatedAt") AS view)`;
