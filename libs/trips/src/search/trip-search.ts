import { decodeCursor, page, type Actor } from '@app/http';
import { Clock } from '@app/kernel';
import { Vendors } from '@app/vendors';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { createHash } from 'node:crypto';
import { DataSource } from 'typeorm';
import { TripViews } from '../trip-views.js';
import type { VendorTripsQuery } from '../trip.dto.js';
import { FOUND_TRIP, searchStatement, type FoundTrip, type Statement } from './search-statement.js';
import type { TripSearchQuery } from './trip-search.dto.js';

/**
 * Lists of trips, a page at a time: each page begins after the last trip of the one before, by the index of its order. Pages are
 * `TripPage`s as JSON, made of the trips as PostgreSQL wrote them.
 */
@Injectable()
export class TripSearch {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly views: TripViews,
    private readonly vendors: Vendors,
    private readonly clock: Clock,
  ) {}

  /**
   * Listed trips only. Through the cache, unless it depends on seats or the time; and first pages only, since few people want the others,
   * and one robot all of them.
   *
   * @throws InvalidRequest
   */
  search(query: TripSearchQuery): Promise<string> {
    const { from, to, seats, cursor } = query;
    if (from || to || seats !== undefined || cursor !== undefined) return this.find(query);
    return this.views.ofEdition(`list:${digest(query)}`, () => this.find(query));
  }

  /** A vendor's own, whatever their status; the newest first. @throws ResourceNotFound */
  async ofVendor(actor: Actor, vendorId: string, query: VendorTripsQuery): Promise<string> {
    await this.vendors.requireMember(actor, vendorId);
    const { status, limit, cursor } = query;
    const [before] = decodeCursor(cursor, [(part) => isUUID(part)]) ?? [];
    const sql = `SELECT ${FOUND_TRIP} FROM trips trip
       WHERE trip.vendor_id = :vendorId ${status ? 'AND trip.status = :status' : ''} ${before ? 'AND trip.id < :before' : ''}
       ORDER BY trip.id DESC LIMIT ${limit + 1}`;
    return this.read({ sql, parameters: { vendorId, status, before } }, limit, ({ id }) => [id]);
  }

  private find(query: TripSearchQuery): Promise<string> {
    const statement = searchStatement(query, this.clock.now());
    return this.read(statement, query.limit, ({ priceFrom, id }) => [priceFrom, id]);
  }

  private async read(
    { sql, parameters }: Statement,
    limit: number,
    keyOf: (trip: FoundTrip) => readonly (string | number)[],
  ): Promise<string> {
    const found = await this.dataSource.query<FoundTrip[]>(
      ...this.dataSource.driver.escapeQueryWithParameters(sql, parameters),
    );
    const { data, nextCursor } = page(found, limit, keyOf);
    // One string from the start: what is put together later is copied later.
    const trips = data.flatMap(({ json }, index) => (index === 0 ? [json] : [',', json]));
    return ['{"data":[', ...trips, '],"nextCursor":', JSON.stringify(nextCursor), '}'].join('');
  }
}

/** Of a first page: the same for the same search, however it was written. */
function digest(query: TripSearchQuery): string {
  const { q, country, currency, minPrice, maxPrice, sort, limit } = query;
  const canonical = JSON.stringify([q, country, currency, minPrice, maxPrice, sort, limit]);
  return createHash('sha256').update(canonical).digest('base64url');
}
