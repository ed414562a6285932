import type { DataSource } from 'typeorm';
import type { Stock } from './demand.js';

/** What the shop's vendors have on sale, the earliest first; in the same order on every database. */
export function readStock(dataSource: DataSource, ownerIds: readonly string[]): Promise<Stock[]> {
  return dataSource.query<Stock[]>(
    /* sql */ `
    SELECT departure.id AS "departureId", trip.id AS "tripId", member.user_id AS "vendorOwnerId",
      departure.starts_at AS "startsAt", departure.ends_at AS "endsAt", departure.cutoff_at AS "cutoffAt",
      capacity - seats_held - seats_booked AS free, units.list AS units
    FROM vendor_members member
    JOIN trips trip ON trip.vendor_id = member.vendor_id
    JOIN departures departure ON departure.trip_id = trip.id
    JOIN LATERAL (
      SELECT json_agg(json_build_object('id', id, 'type', type, 'price', price, 'paxCount', pax_count) ORDER BY type) AS list
      FROM trip_units WHERE trip_id = trip.id AND on_sale
    ) AS units ON true
    WHERE member.user_id = ANY ($1) AND member.role = 'owner' AND departure.status = 'scheduled' AND departure.sellable
    ORDER BY departure.starts_at, trip.title`,
    [ownerIds],
  );
}
