import { ManualClock } from '@app/kernel';
import fc from 'fast-check';
import type { CacheService } from './cache.service.js';
import { incrementContract } from './cache-increment.contract.js';
import { wrapContract } from './cache-wrap.contract.js';

/** What every adapter promises. `create` gets the clock its expiry is judged by; the cache it returns may hold leftovers. */
export function cacheServiceContract(
  name: string,
  create: (clock: ManualClock) => CacheService<string> | Promise<CacheService<string>>,
): void {
  describe(`${name} as a CacheService`, () => {
    let clock: ManualClock;
    let cache: CacheService<string>;

    beforeEach(async () => {
      clock = new ManualClock();
      cache = await create(clock);
      await cache.clear();
    });

    valueContract(() => cache);
    expiryContract(() => ({ cache, clock }));
    deletionContract(() => cache);
    incrementContract(() => ({ cache, clock }));
    wrapContract(() => ({ cache, clock }));
  });
}

function valueContract(subject: () => CacheService<string>): void {
  describe('values', () => {
    it('misses as undefined', async () => {
      expect(await subject().get('absent')).toBeUndefined();
      expect(await subject().exists('absent')).toBe(false);
    });

    it.each([0, '', false, null])('counts a stored %j as a hit', async (value) => {
      await subject().set('key', value);
      expect(await subject().get('key')).toBe(value);
      expect(await subject().exists('key')).toBe(true);
    });

    it('returns any JSON value as JSON would, under any key', async () => {
      const roundTrip = fc.asyncProperty(
        fc.string({ unit: 'grapheme' }),
        fc.jsonValue(),
        async (key, value) => {
          await subject().set(key, value);
          const json = JSON.stringify(value);
          expect(JSON.stringify(await subject().get(key))).toBe(json);
          expect(JSON.stringify(await subject().getMany([key]))).toBe(`[${json}]`);
          expect(
            JSON.stringify(await subject().wrap(key, 1, () => Promise.reject(new Error('missed')))),
          ).toBe(json);
        },
      );
      await fc.assert(roundTrip, { numRuns: 300 });
    });

    it('returns a Date as its ISO string', async () => {
      await subject().set('trip', { startsAt: new Date('2027-05-01T08:00:00Z') });
      expect(await subject().get('trip')).toEqual({ startsAt: '2027-05-01T08:00:00.000Z' });
    });

    it('is not changed by changing what was put in or came out', async () => {
      const trip = { name: 'Fjord', tags: ['boat'] };
      await subject().set('trip', trip);
      trip.tags.push('changed before');
      (await subject().get<typeof trip>('trip'))?.tags.push('changed after');
      expect(await subject().get('trip')).toEqual({ name: 'Fjord', tags: ['boat'] });
    });

    it('replaces a value, and deletes it by storing undefined', async () => {
      await subject().set('key', 'first');
      await subject().set('key', 'second');
      expect(await subject().get('key')).toBe('second');
      await subject().set('key', undefined);
      expect(await subject().exists('key')).toBe(false);
    });

    it('refuses what JSON cannot hold, and keeps what was there', async () => {
      await subject().set('key', 'kept');
      await expect(subject().set('key', 1n)).rejects.toThrow(TypeError);
      expect(await subject().get('key')).toBe('kept');
    });

    it('reads and writes many, in the order asked', async () => {
      await subject().setMany([
        ['a', 1],
        ['b', null],
        ['a', 2],
        ['gone', undefined],
      ]);
      expect(await subject().getMany(['b', 'absent', 'a', 'b', 'gone'])).toEqual([
        null,
        undefined,
        2,
        null,
        undefined,
      ]);
    });

    it('reads and writes none', async () => {
      await subject().setMany([]);
      expect(await subject().getMany([])).toEqual([]);
    });
  });
}

function expiryContract(subject: () => { cache: CacheService<string>; clock: ManualClock }): void {
  describe('expiry', () => {
    it('keeps a value until its last millisecond', async () => {
      const { cache, clock } = subject();
      await cache.set('one', 1, { ttlMs: 1_000 });
      await cache.setMany([['many', 2]], { ttlMs: 1_000 });
      clock.advance(999);
      expect(await cache.getMany(['one', 'many'])).toEqual([1, 2]);
      clock.advance(1);
      expect(await cache.getMany(['one', 'many'])).toEqual([undefined, undefined]);
      expect(await cache.get('one')).toBeUndefined();
      expect(await cache.exists('one')).toBe(false);
    });

    it('keeps a value without ttlMs for good, even over one that had it', async () => {
      const { cache, clock } = subject();
      await cache.set('key', 1, { ttlMs: 1_000 });
      await cache.set('key', 2);
      clock.advance(10 * 365 * 86_400_000);
      expect(await cache.get('key')).toBe(2);
    });

    it.each([0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses a ttlMs of %d', async (ttlMs) => {
      const { cache } = subject();
      await expect(cache.set('key', 1, { ttlMs })).rejects.toThrow(RangeError);
      await expect(cache.setMany([['key', 1]], { ttlMs })).rejects.toThrow(RangeError);
      await expect(cache.increment('key', { ttlMs })).rejects.toThrow(RangeError);
      await expect(cache.wrap('key', ttlMs, async () => 1)).rejects.toThrow(RangeError);
      expect(await cache.exists('key')).toBe(false);
    });
  });
}

function deletionContract(subject: () => CacheService<string>): void {
  describe('deletion', () => {
    const survivors = async (pattern: string, keys: readonly string[]) => {
      await subject().setMany(keys.map((key) => [key, key]));
      await subject().deletePattern(pattern);
      return (await subject().getMany<string>(keys)).filter((key) => key !== undefined);
    };

    it('deletes one key, there or not', async () => {
      await subject().setMany([
        ['a', 1],
        ['b', 2],
      ]);
      await subject().delete('a');
      await subject().delete('absent');
      expect(await subject().getMany(['a', 'b'])).toEqual([undefined, 2]);
    });

    it('clears everything', async () => {
      await subject().set('a', 1);
      await subject().clear();
      expect(await subject().exists('a')).toBe(false);
    });

    it.each([
      ['trip:*', ['trip:', 'trip:1', 'trip:1:units', 'trip:\n'], ['trip', 'a trip:1', 'Trip:1']],
      ['*:units', [':units', 'trip:1:units'], ['trip:1:units:2']],
      ['trip:*:units', ['trip:1:units', 'trip::units', 'trip:1:2:units'], ['trip:units', 'trip:1:unit']],
      ['**', ['', 'a', 'b:c'], []],
      ['trip', ['trip'], ['trips', 'a trip']],
      ['a?[bc].\\^$*', ['a?[bc].\\^$', 'a?[bc].\\^$*'], ['axb', 'ax[bc].\\^$', 'a?b.\\^$']],
    ])('deletes by the pattern %j, in which only * is special', async (pattern, matching, others) => {
      expect(await survivors(pattern, [...matching, ...others])).toEqual(others);
    });

    it('deletes by a pattern more keys than one scan returns', async () => {
      const keys = Array.from({ length: 2_500 }, (_, n) => `list:${n}`);
      expect(await survivors('list:*', [...keys, 'kept'])).toEqual(['kept']);
    });
  });
}
