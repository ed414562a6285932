import { decodeCursor, InvalidRequest, page, type Actor, type Page } from '@app/http';
import { Clock } from '@app/kernel';
import { Vendors } from '@app/vendors';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { Repository, type SelectQueryBuilder } from 'typeorm';
import { startsWithin } from '../departures/departure-range.js';
import { TripViews } from '../trip-views.js';
import type { VendorTripsQuery } from '../trip.dto.js';
import { Trip } from '../trip.entity.js';
import type { TripView } from '../trip.view.js';
import type { TripSearchQuery, TripSort } from './trip-search.dto.js';

/** How a sort reads a partial index on listed trips, and where the next page begins. */
const SORTS: Readonly<
  Record<TripSort, { column: 'trip.id' | 'trip.priceFrom'; order: 'ASC' | 'DESC'; after: string }>
> = {
  newest: { column: 'trip.id', order: 'DESC', after: 'trip.id < :id' },
  price: { column: 'trip.priceFrom', order: 'ASC', after: '(trip.price_from, trip.id) > (:price, :id)' },
  '-price': { column: 'trip.priceFrom', order: 'DESC', after: '(trip.price_from, trip.id) < (:price, :id)' },
};

/** Lists of trips, a page at a time: each page begins after the last trip of the one before, by the index of its order. */
@Injectable()
export class TripSearch {
  constructor(
    @InjectRepository(Trip) private readonly trips: Repository<Trip>,
    private readonly views: TripViews,
    private readonly vendors: Vendors,
    private readonly clock: Clock,
  ) {}

  /** Listed trips only. @throws InvalidRequest */
  async search(query: TripSearchQuery): Promise<Page<TripView>> {
    const found = page(await this.query(query).getMany(), query.limit, (trip) => [trip.priceFrom, trip.id]);
    return { ...found, data: await this.views.ofAll(found.data) };
  }

  /** A vendor's own, whatever their status; the newest first. @throws ResourceNotFound */
  async ofVendor(actor: Actor, vendorId: string, query: VendorTripsQuery): Promise<Page<TripView>> {
    await this.vendors.requireMember(actor, vendorId);
    const { status, limit, cursor } = query;
    const [before] = decodeCursor(cursor, [(part) => isUUID(part)]) ?? [];
    const select = this.trips
      .createQueryBuilder('trip')
      .where('trip.vendor_id = :vendorId', { vendorId })
      .orderBy('trip.id', 'DESC')
      .limit(limit + 1);
    if (status) select.andWhere('trip.status = :status', { status });
    if (before) select.andWhere('trip.id < :before', { before });
    const found = page(await select.getMany(), limit, ({ id }) => [id]);
    return { ...found, data: await this.views.ofAll(found.data) };
  }

  /**
   * The statement of a search, one row more than its page. Only the conditions asked for are in it, so that each has its own plan.
   * @throws InvalidRequest when a range ends before it begins, or the cursor is not ours.
   */
  query(search: TripSearchQuery): SelectQueryBuilder<Trip> {
    const { q, country, currency, minPrice, maxPrice, limit, cursor } = search;
    if (minPrice !== undefined && maxPrice !== undefined && minPrice > maxPrice) {
      throw InvalidRequest.field('minPrice', 'must not be above maxPrice');
    }
    const sort = SORTS[search.sort];
    const select = this.trips
      .createQueryBuilder('trip')
      .where('trip.listed')
      .orderBy(sort.column, sort.order);
    if (sort.column !== 'trip.id') select.addOrderBy('trip.id', sort.order);

    if (q) select.andWhere(`trip.search @@ websearch_to_tsquery('english', :q)`, { q });
    if (country) select.andWhere('trip.country = :country', { country });
    if (currency) select.andWhere('trip.currency = :currency', { currency });
    if (minPrice !== undefined) select.andWhere('trip.price_from >= :minPrice', { minPrice });
    if (maxPrice !== undefined) select.andWhere('trip.price_from <= :maxPrice', { maxPrice });
    this.withDeparture(search, select);

    const key = decodeCursor(cursor, [Number.isSafeInteger, (part) => isUUID(part)]);
    if (key) select.andWhere(sort.after, { price: key[0], id: key[1] });
    return select.limit(limit + 1);
  }

  private withDeparture({ from, to, seats }: TripSearchQuery, select: SelectQueryBuilder<Trip>): void {
    if (!from && !to && seats === undefined) return;
    const { conditions, parameters } = startsWithin({ from, to });
    const all = [
      'departure.trip_id = trip.id',
      `departure.sellable AND departure.status = 'scheduled' AND departure.cutoff_at > :now`,
      // Follows from the cutoff, and keeps the index scan off the past.
      'departure.starts_at > :now',
      'departure.capacity - departure.seats_held - departure.seats_booked >= :seats',
      ...conditions,
    ];
    select
      .andWhere(`EXISTS (SELECT FROM departures departure WHERE ${all.join(' AND ')})`)
      .setParameters({ ...parameters, now: this.clock.now(), seats: seats ?? 1 });
  }
}
