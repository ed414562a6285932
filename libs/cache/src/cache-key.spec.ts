import { ManualClock } from '@app/kernel';
import type { CacheKey, CacheService } from './cache.service.js';
import { MemoryCacheService } from './memory-cache.service.js';

describe('the key of what is cached', () => {
  const cache: CacheService = new MemoryCacheService(new ManualClock());

  it('has a version, or else does not compile', async () => {
    const keyOf = (id: number): CacheKey => `v1:trips:view:${id}`;
    await cache.set(keyOf(1), 'seen');
    expect(await cache.wrap(keyOf(1), 1_000, async () => 'loaded')).toBe('seen');

    // @ts-expect-error: a key without a version
    await cache.set('trips:view:1', 'seen');
    // @ts-expect-error: the same, of something read
    await cache.wrap(`trips:view:${1}`, 1_000, async () => 'loaded');
    // @ts-expect-error: the same, of a counter
    await cache.increment('rate:ada');
  });
});
