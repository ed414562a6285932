import { CacheService, type CacheKey } from '@app/cache';
import { IS_ONE_OF_KEYS, readTogether, Transactor, type Tx } from '@app/database';
import { newId } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { isSlug } from './slug.js';
import { TRIP_JSON } from './trip-json.js';
import type { TripView } from './trip.view.js';

/**
 * How long an old price, or an archived trip, may be shown that another process has changed: those with a memory cache each do not hear
 * of each other's changes. Of a cache that they share, changes are deleted; its time is for deletions that were lost.
 */
const OWN_TTL_MS = 5_000;
const SHARED_TTL_MS = 60_000;

/** A slug is its trip's for good. */
const SLUG_TTL_MS = 3_600_000;

const EDITION: CacheKey = 'v1:trips:edition';
const keyOf = (tripId: string): CacheKey => `v1:trips:view:${tripId}`;

/** Trips as the world sees them, through the cache. Seats are not part of them, so that no one is shown stale ones. */
@Injectable()
export class TripViews {
  private readonly ttlMs: number;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly cache: CacheService,
    private readonly transactor: Transactor,
  ) {
    this.ttlMs = cache.isShared ? SHARED_TTL_MS : OWN_TTL_MS;
  }

  find(id: string): Promise<TripView | undefined> {
    return this.cache.wrap(keyOf(id), this.ttlMs, () => this.readOne(id));
  }

  async findBySlug(slug: string): Promise<TripView | undefined> {
    if (!isSlug(slug)) return undefined;
    const id = await this.cache.wrap(`v1:trips:id:${slug}`, SLUG_TTL_MS, async () => {
      const [trip] = await this.dataSource.query<{ id: string }[]>('SELECT id FROM trips WHERE slug = $1', [
        slug,
      ]);
      return trip?.id;
    });
    return id === undefined ? undefined : this.find(id);
  }

  /** Past the cache. */
  private readonly readOne = readTogether(async (ids) => {
    const trips = await this.dataSource.query<{ view: TripView }[]>(
      `SELECT ${TRIP_JSON} AS view FROM trips trip WHERE trip.id ${IS_ONE_OF_KEYS}`,
      [ids],
    );
    return trips.map(({ view }) => [view.id, view]);
  });

  /**
   * What is made of listed trips, kept until one of them changes. Whoever comes first after a change begins a new edition, whose keys
   * nobody has written yet: of the old one nothing has to be found to be deleted.
   *
   * @param key of what is made, among those of its edition.
   */
  async ofEdition<T>(key: string, make: () => Promise<T>): Promise<T> {
    const edition = await this.edition();
    return (await this.cache.wrap(`v1:trips:of-edition:${edition}:${key}`, this.ttlMs, make)) as T;
  }

  /** Drops the trips, and all lists of trips, from the cache once `tx`, which changes them, has committed, before its caller goes on. */
  forget(tripIds: readonly string[], tx: Tx): void {
    const keys = [EDITION, ...tripIds.map(keyOf)];
    this.transactor.onCommit(tx, async () => {
      await Promise.all(keys.map((key) => this.cache.delete(key)));
    });
  }

  /** Named by an id that never comes again, not counted: no number begins anew when the cache has lost it. */
  private async edition(): Promise<string> {
    const known = await this.cache.get<string>(EDITION);
    if (known !== undefined) return known;
    const edition = newId();
    await this.cache.set(EDITION, edition);
    return edition;
  }
}
