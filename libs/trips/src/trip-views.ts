import { CacheService } from '@app/cache';
import { Transactor, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { isSlug } from './slug.js';
import { TripUnit } from './trip-unit.entity.js';
import { Trip } from './trip.entity.js';
import { toTripView, type TripView } from './trip.view.js';

/**
 * How long a process may show an old price, or an archived trip, that another one has changed: processes with the memory cache do not
 * hear of each other's changes. A cache that they share needs no such haste.
 */
const TTL_MS = 5_000;

const keyOf = (tripId: string) => `trips:view:${tripId}`;

/** Trips as the world sees them, through the cache. Seats are not part of them, so that no one is shown stale ones. */
@Injectable()
export class TripViews {
  constructor(
    @InjectRepository(Trip) private readonly trips: Repository<Trip>,
    private readonly cache: CacheService,
    private readonly transactor: Transactor,
  ) {}

  find(id: string): Promise<TripView | undefined> {
    return this.cache.wrap(keyOf(id), TTL_MS, async () => {
      const trip = await this.trips.findOne({ where: { id }, relations: { units: true } });
      return trip ? toTripView(trip) : undefined;
    });
  }

  async findBySlug(slug: string): Promise<TripView | undefined> {
    const trip = isSlug(slug) && (await this.trips.findOne({ select: { id: true }, where: { slug } }));
    return trip ? this.find(trip.id) : undefined;
  }

  /** Past the cache. @param trips in the order wanted, without their units. */
  async ofAll(trips: readonly Trip[]): Promise<TripView[]> {
    const units = await this.trips.manager.findBy(TripUnit, { tripId: In(trips.map(({ id }) => id)) });
    return trips.map((trip) => {
      trip.units = units.filter(({ tripId }) => tripId === trip.id);
      return toTripView(trip);
    });
  }

  /** Drops the trips from the cache once `tx`, which changes them, has committed. */
  forget(tripIds: readonly string[], tx: Tx): void {
    this.transactor.onCommit(tx, () => {
      for (const id of tripIds) void this.cache.delete(keyOf(id));
    });
  }
}
