import { Counters, type CacheService } from '@app/cache';
import type { Clock } from '@app/kernel';
import type { ThrottlerStorage } from '@nestjs/throttler';

type Record = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/**
 * Counts requests in the cache, in fixed windows that begin and end with the clock's whole minutes (or hours): so the end is known without
 * asking for it, and one call to the cache does. Processes that share a cache share the counts, and each keeps its own as well: while that
 * cache is away, or has lost what it counted, limits hold for each process by itself.
 */
export class CachedCounts implements ThrottlerStorage {
  private readonly own: Counters | undefined;

  constructor(
    private readonly cache: CacheService,
    private readonly clock: Clock,
  ) {
    this.own = cache.isShared ? new Counters(clock) : undefined;
  }

  async increment(key: string, windowMs: number, limit: number): Promise<Record> {
    const leftMs = windowMs - (this.clock.now().getTime() % windowMs);
    const ownHits = this.own?.increment(key, { ttlMs: leftMs }) ?? 0;
    const totalHits = Math.max(ownHits, await this.cache.increment(`v1:rate:${key}`, { ttlMs: leftMs }));
    const timeToExpire = Math.ceil(leftMs / 1000);
    return { totalHits, timeToExpire, isBlocked: totalHits > limit, timeToBlockExpire: timeToExpire };
  }
}
