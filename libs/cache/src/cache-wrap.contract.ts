import type { ManualClock } from '@app/kernel';
import fc from 'fast-check';
import type { CacheService } from './cache.service.js';

const MINUTE_MS = 60_000;

/** The part of {@link cacheServiceContract} about loads: shared, bounded in time, and never outliving an invalidation. */
export function wrapContract(subject: () => { cache: CacheService<string>; clock: ManualClock }): void {
  describe('wrap', () => {
    it('loads once, then answers from the cache until ttlMs has passed', async () => {
      const { cache, clock } = subject();
      let loads = 0;
      const load = async () => ++loads;
      const ask = () => cache.wrap('key', MINUTE_MS, load);

      expect([await ask(), await ask()]).toEqual([1, 1]);
      clock.advance(MINUTE_MS);
      expect([await ask(), await ask()]).toEqual([2, 2]);
    });

    it.each([0, '', false, null])('keeps a loaded %j', async (value) => {
      await subject().cache.wrap('key', MINUTE_MS, async () => value);
      expect(await subject().cache.get('key')).toBe(value);
    });

    it('returns but does not keep undefined', async () => {
      expect(await subject().cache.wrap('key', MINUTE_MS, async () => undefined)).toBeUndefined();
      expect(await subject().cache.exists('key')).toBe(false);
    });

    it('answers alike whether it loaded or not: a Date is its ISO string, and every caller has a copy of his own', async () => {
      const { cache } = subject();
      const ask = () => cache.wrap('key', MINUTE_MS, async () => ({ at: new Date(0), tags: ['boat'] }));

      const [first, second] = await Promise.all([ask(), ask()]);
      first.tags.push('mine');
      const expected = { at: '1970-01-01T00:00:00.000Z', tags: ['boat'] };
      expect([second, await ask()]).toEqual([expected, expected]);
    });

    it('shares one load among callers who miss together, per key', async () => {
      const { cache } = subject();
      const load = jest.fn(async (key: string) => key);
      const keys = ['a', 'b', 'a', 'a', 'b'];

      const answers = await Promise.all(keys.map((key) => cache.wrap(key, MINUTE_MS, () => load(key))));
      expect(answers).toEqual(keys);
      expect(load).toHaveBeenCalledTimes(2);
    });

    it('shares a failing load, keeps nothing of it, and tries again for the next caller', async () => {
      const { cache } = subject();
      const load = jest.fn().mockRejectedValueOnce(new Error('database away')).mockResolvedValue('found');
      const ask = () => cache.wrap('key', MINUTE_MS, load);

      const failed = await Promise.allSettled([ask(), ask()]);
      expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      expect(load).toHaveBeenCalledTimes(1);
      expect(await ask()).toBe('found');
    });

    describe('while a load is under way', () => {
      const invalidations: [string, (cache: CacheService<string>) => Promise<unknown>, unknown][] = [
        ['delete', (cache) => cache.delete('trip:1'), undefined],
        ['deletePattern', (cache) => cache.deletePattern('trip:*'), undefined],
        ['clear', (cache) => cache.clear(), undefined],
        ['set', (cache) => cache.set('trip:1', 'new'), 'new'],
        ['setMany', (cache) => cache.setMany([['trip:1', 'new']]), 'new'],
        ['increment', (cache) => cache.increment('trip:1'), 1],
      ];

      it.each(invalidations)('%s wins: what was loaded before is not kept', async (_, invalidate, left) => {
        const { cache } = subject();
        const slow = slowLoad();
        const reading = cache.wrap('trip:1', MINUTE_MS, slow.load);
        await slow.started;
        await invalidate(cache);
        slow.finish('old');

        expect(await reading).toBe('old');
        expect(await cache.get('trip:1')).toBe(left);
      });

      it('a caller who comes after the delete does not share it', async () => {
        const { cache } = subject();
        const slow = slowLoad();
        const early = cache.wrap('trip:1', MINUTE_MS, slow.load);
        await slow.started;
        await cache.delete('trip:1');

        expect(await cache.wrap('trip:1', MINUTE_MS, async () => 'new')).toBe('new');
        slow.finish('old');
        expect(await early).toBe('old');
        expect(await cache.wrap('trip:1', MINUTE_MS, slow.load)).toBe('new');
      });

      it('a load begun after the delete is shared and kept, even when the one before it ends meanwhile', async () => {
        const { cache } = subject();
        const [old, fresh] = [slowLoad(), slowLoad()];
        const early = cache.wrap('trip:1', MINUTE_MS, old.load);
        await old.started;
        await cache.delete('trip:1');
        const late = cache.wrap('trip:1', MINUTE_MS, fresh.load);
        await fresh.started;
        old.finish('old');
        await early;

        const later = cache.wrap('trip:1', MINUTE_MS, () => Promise.reject(new Error('loaded again')));
        fresh.finish('new');
        expect(await Promise.all([late, later])).toEqual(['new', 'new']);
        expect(await cache.get('trip:1')).toBe('new');
      });

      it('the invalidation of other keys leaves it alone', async () => {
        const { cache } = subject();
        const slow = slowLoad();
        const reading = cache.wrap('trip:1', MINUTE_MS, slow.load);
        await slow.started;
        await cache.delete('trip:2');
        await cache.deletePattern('trip:1:*');
        slow.finish('loaded');

        await reading;
        expect(await cache.get('trip:1')).toBe('loaded');
      });
    });

    it('never answers a writer with less than he wrote, however reads and writes interleave', async () => {
      const { cache } = subject();
      const property = fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.constantFrom('read', 'write'), { minLength: 2, maxLength: 12 }),
        async (scheduler, steps) => {
          await cache.clear();
          let committed = 0;
          const read = () =>
            cache.wrap('row', MINUTE_MS, async () => {
              await scheduler.schedule(Promise.resolve(), 'query sent');
              const row = committed;
              await scheduler.schedule(Promise.resolve(), 'row received');
              return row;
            });
          const write = async () => {
            const mine = ++committed;
            await scheduler.schedule(Promise.resolve(), 'committed');
            await cache.delete('row');
            expect(await read()).toBeGreaterThanOrEqual(mine);
          };
          const clients = steps.map(async (step) => {
            await scheduler.schedule(Promise.resolve(), step);
            await (step === 'read' ? read() : write());
          });
          await scheduler.waitFor(Promise.all(clients));

          expect(await scheduler.waitFor(read())).toBe(committed);
        },
      );
      await fc.assert(property, { numRuns: 200 });
    });
  });
}

/** A load that waits, already past its query, until the test lets it finish. */
export function slowLoad() {
  let markStarted: () => void;
  let finish: (value: string) => void;
  const started = new Promise<void>((resolve) => (markStarted = resolve));
  const result = new Promise<string>((resolve) => (finish = resolve));
  const load = () => {
    markStarted();
    return result;
  };
  return { started, load, finish: (value: string) => finish(value) };
}
