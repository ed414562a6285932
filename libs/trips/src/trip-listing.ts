import type { Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { TripViews } from './trip-views.js';

/**
 * Keeps `trips.listed` (published, and the vendor approved) and its copy `departures.sellable` true, so that neither search nor the
 * sale of a seat needs a join.
 */
@Injectable()
export class TripListing {
  constructor(private readonly views: TripViews) {}

  /** After a change of the trip's status. */
  refreshTrip(tripId: string, tx: Tx): Promise<void> {
    return this.refresh('id', tripId, tx);
  }

  /** After a change of the vendor's status: reads what it is now, so that neither order nor repetition of the news matters. */
  refreshVendor(vendorId: string, tx: Tx): Promise<void> {
    return this.refresh('vendor_id', vendorId, tx);
  }

  /**
   * Touches every trip, changed or not: their row locks make this wait for whoever is publishing one or adding departures (a share
   * lock), and the second statement then sees what they did. Departures are locked by id, as everywhere.
   */
  private async refresh(column: 'id' | 'vendor_id', id: string, tx: Tx): Promise<void> {
    const [trips] = await tx.query<[{ id: string }[], number]>(
      /* sql */ `
      UPDATE trips SET listed = (trips.status = 'published' AND vendors.status = 'approved')
      FROM vendors WHERE vendors.id = trips.vendor_id AND trips.${column} = $1
      RETURNING trips.id`,
      [id],
    );
    const tripIds = trips.map((trip) => trip.id);
    await tx.query(
      /* sql */ `
      WITH locked AS (
        SELECT departures.id, trips.listed
        FROM departures JOIN trips ON trips.id = departures.trip_id
        WHERE trips.id = ANY ($1::uuid[]) AND departures.sellable <> trips.listed
        ORDER BY departures.id FOR NO KEY UPDATE OF departures
      )
      UPDATE departures SET sellable = locked.listed FROM locked WHERE departures.id = locked.id`,
      [tripIds],
    );
    this.views.forget(tripIds, tx);
  }
}
