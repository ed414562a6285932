import type { TripUnit } from './trip-unit.entity.js';
import type { Trip } from './trip.entity.js';

/** A trip with its units on sale, read by one statement. */
export type TripRow = Omit<Trip, 'search' | 'version' | 'units'> & {
  readonly units: readonly Omit<TripUnit, 'tripId' | 'trip' | 'onSale'>[];
};

/** What to select of `trips AS trip`, for a {@link TripRow}. Money is within what a number holds exactly (`bigintColumn`). */
export const TRIP_COLUMNS = /* sql */ `
  trip.id, trip.vendor_id AS "vendorId", trip.slug, trip.title, trip.description, trip.location, trip.country,
  trip.latitude, trip.longitude, trip.time_zone AS "timeZone", trip.duration_minutes AS "durationMinutes", trip.currency,
  trip.status, trip.listed, trip.booking_cutoff_minutes AS "bookingCutoffMinutes",
  trip.cancellation_policy AS "cancellationPolicy", trip.price_from::float8 AS "priceFrom",
  trip.created_at AS "createdAt", trip.updated_at AS "updatedAt",
  (SELECT coalesce(json_agg(json_build_object('id', unit.id, 'type', unit.type, 'price', unit.price, 'paxCount', unit.pax_count,
      'minAge', unit.min_age, 'maxAge', unit.max_age, 'minQuantity', unit.min_quantity, 'maxQuantity', unit.max_quantity)), '[]')
    FROM trip_units unit WHERE unit.trip_id = trip.id AND unit.on_sale) AS units`;
