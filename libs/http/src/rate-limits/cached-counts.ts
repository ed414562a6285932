import type { CacheService } from '@app/cache';
import type { Clock } from '@app/kernel';
import type { ThrottlerStorage } from '@nestjs/throttler';

type Record = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/**
 * Counts requests in the cache, in fixed windows that begin and end with the clock's whole minutes (or hours): so the end is known without
 * asking for it, and one call to the cache does. Processes that share a cache share the counts. A cache that is down counts 1: nobody is
 * refused for its sake.
 */
export class CachedCounts implements ThrottlerStorage {
  constructor(
    private readonly cache: CacheService,
    private readonly clock: Clock,
  ) {}

  async increment(key: string, windowMs: number, limit: number): Promise<Record> {
    const leftMs = windowMs - (this.clock.now().getTime() % windowMs);
    const totalHits = await this.cache.increment(key, { ttlMs: leftMs });
    const timeToExpire = Math.ceil(leftMs / 1000);
    return { totalHits, timeToExpire, isBlocked: totalHits > limit, timeToBlockExpire: timeToExpire };
  }
}
