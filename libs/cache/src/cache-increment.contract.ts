import type { ManualClock } from '@app/kernel';
import type { CacheService } from './cache.service.js';

/** The part of {@link cacheServiceContract} about counters: atomic, in fixed windows. */
export function incrementContract(subject: () => { cache: CacheService<string>; clock: ManualClock }): void {
  describe('increment', () => {
    it('counts from 0, by 1 or as told, and the count is a value like any other', async () => {
      const { cache } = subject();
      expect(await cache.increment('hits')).toBe(1);
      expect(await cache.increment('hits', { by: 5 })).toBe(6);
      expect(await cache.increment('hits', { by: -6 })).toBe(0);
      expect(await cache.get('hits')).toBe(0);
      await cache.set('hits', 40);
      expect(await cache.increment('hits', { by: 2 })).toBe(42);
    });

    it('is found, replaced and deleted like any other value', async () => {
      const { cache } = subject();
      await cache.set('hits', 5);
      await cache.increment('hits');
      expect(await cache.wrap('hits', 1_000, async () => 'loaded')).toBe(6);
      expect([await cache.exists('hits'), await cache.getMany(['hits', 'other'])]).toEqual([
        true,
        [6, undefined],
      ]);
      await cache.set('hits', 'text');
      expect(await cache.get('hits')).toBe('text');

      for (const end of [
        () => cache.set('counter', undefined),
        () => cache.delete('counter'),
        () => cache.deletePattern('count*'),
        () => cache.clear(),
      ]) {
        await cache.set('counter', 5);
        await cache.increment('counter');
        await end();
        expect(await cache.exists('counter')).toBe(false);
        expect(await cache.increment('counter')).toBe(1);
      }
    });

    it('counts exactly, up to the last safe integer', async () => {
      const { cache } = subject();
      expect(await cache.increment('hits', { by: Number.MAX_SAFE_INTEGER - 1 })).toBe(9007199254740990);
      expect(await cache.increment('hits')).toBe(9007199254740991);
      expect(await cache.get('hits')).toBe(9007199254740991);
      expect(await cache.increment('owed', { by: Number.MIN_SAFE_INTEGER })).toBe(-9007199254740991);
    });

    it('loses nothing when many count at once, and no deletion among them', async () => {
      const { cache } = subject();
      const sums = await Promise.all(Array.from({ length: 200 }, () => cache.increment('hits')));
      expect(sums.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));

      await Promise.all([cache.increment('hits'), cache.delete('hits')]);
      expect(await cache.get('hits')).toBeUndefined();
    });

    it('ends its window ttlMs after the first increment', async () => {
      const { cache, clock } = subject();
      await cache.increment('hits', { ttlMs: 1_000 });
      clock.advance(999);
      expect(await cache.increment('hits', { ttlMs: 1_000 })).toBe(2);
      clock.advance(1);
      expect(await cache.exists('hits')).toBe(false);
      expect(await cache.increment('hits', { ttlMs: 1_000 })).toBe(1);
      clock.advance(1_000);
      expect(await cache.exists('hits')).toBe(false);
    });

    it('refuses to count in fractions, past the safe integers, or on something else, and changes nothing', async () => {
      const { cache } = subject();
      await cache.setMany([
        ['most', Number.MAX_SAFE_INTEGER],
        ['text', '1'],
      ]);
      await expect(cache.increment('hits', { by: 0.5 })).rejects.toThrow(RangeError);
      await expect(cache.increment('most')).rejects.toThrow(RangeError);
      await expect(cache.increment('text')).rejects.toThrow(TypeError);
      expect(await cache.getMany(['hits', 'most', 'text'])).toEqual([
        undefined,
        Number.MAX_SAFE_INTEGER,
        '1',
      ]);
    });
  });
}
