import type { CacheService } from '@app/cache';
import { ManualClock } from '@app/kernel';
import { CachedCounts } from './cached-counts.js';

const MINUTE_MS = 60_000;

describe('counts in a cache that processes share', () => {
  const clock = new ManualClock(new Date('2027-05-01T08:00:30Z'));

  const countsOf = (sums: number[]) =>
    new CachedCounts(
      { isShared: true, increment: async () => sums.shift() ?? 1 } as unknown as CacheService,
      clock,
    );
  const hits = async (counts: CachedCounts, times: number) => {
    const seen = [];
    for (let n = 0; n < times; n++) seen.push((await counts.increment('ada', MINUTE_MS, 3)).totalHits);
    return seen;
  };

  it('are those of all of them', async () => {
    expect(await hits(countsOf([5, 7]), 2)).toEqual([5, 7]);
  });

  it('are those of the process while the cache is away, or has forgotten them', async () => {
    const counts = countsOf([]);
    expect(await hits(counts, 4)).toEqual([1, 2, 3, 4]);
    expect(await counts.increment('ada', MINUTE_MS, 3)).toMatchObject({ isBlocked: true, timeToExpire: 30 });

    clock.advance(30_000);
    expect(await hits(counts, 1)).toEqual([1]);
  });
});
