import { ManualClock } from '@app/kernel';
import fc from 'fast-check';
import { slowLoad } from './cache-wrap.contract.js';
import type { CacheService } from './cache.service.js';

const MINUTE_MS = 60_000;

/** What adapters promise beside {@link cacheServiceContract} that say they are shared. `create` gives those of two processes. */
export function sharedCacheContract(
  name: string,
  create: (clock: ManualClock) => readonly [CacheService<string>, CacheService<string>],
): void {
  describe(`${name} shared by two processes`, () => {
    let here: CacheService<string>;
    let there: CacheService<string>;

    beforeEach(async () => {
      [here, there] = create(new ManualClock());
      await here.clear();
    });

    it('says so', () => expect([here.isShared, there.isShared]).toEqual([true, true]));

    const changes: [string, (cache: CacheService<string>) => Promise<unknown>, unknown][] = [
      ['delete', (cache) => cache.delete('trip:1'), undefined],
      ['deletePattern', (cache) => cache.deletePattern('trip:*'), undefined],
      ['clear', (cache) => cache.clear(), undefined],
      ['set', (cache) => cache.set('trip:1', 'new'), 'new'],
      ['setMany', (cache) => cache.setMany([['trip:1', 'new']]), 'new'],
      ['increment', (cache) => cache.increment('trip:1'), 2],
    ];

    it.each(changes)('%s is seen by the other at once', async (_, change, left) => {
      await here.set('trip:1', 1);
      expect(await there.get('trip:1')).toBe(1);
      await change(there);
      expect(await here.get('trip:1')).toBe(left);
      expect(await here.wrap('trip:1', MINUTE_MS, async () => 'loaded')).toBe(left ?? 'loaded');
    });

    it.each(changes)('%s over there wins over a load under way here', async (_, change) => {
      const slow = slowLoad();
      const reading = here.wrap('trip:1', MINUTE_MS, slow.load);
      await slow.started;
      await change(there);
      const left = await there.get('trip:1');

      expect(await here.wrap('trip:1', 1, async () => 'loaded after')).toBe(left ?? 'loaded after');
      await here.delete('trip:1');
      slow.finish('loaded before');
      expect(await reading).toBe('loaded before');
      expect([await here.exists('trip:1'), await there.exists('trip:1')]).toEqual([false, false]);
    });

    it('counters lose nothing', async () => {
      const sums = await Promise.all(
        Array.from({ length: 100 }, (_, n) => (n % 2 ? here : there).increment('hits')),
      );
      expect(sums.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
    });

    it('of twenty who miss together, one loads', async () => {
      const slow = slowLoad();
      const load = jest.fn(slow.load);
      const asking = Array.from({ length: 20 }, (_, n) =>
        (n % 2 ? here : there).wrap('key', MINUTE_MS, load),
      );
      await slow.started;
      slow.finish('loaded');

      expect(new Set(await Promise.all(asking))).toEqual(new Set(['loaded']));
      expect(load).toHaveBeenCalledTimes(1);
    });

    it('does not wait for long for what the other loads: it loads for itself, and keeps nothing', async () => {
      const slow = slowLoad();
      const reading = here.wrap('key', MINUTE_MS, slow.load);
      await slow.started;

      expect(await there.wrap('key', MINUTE_MS, async () => 'its own')).toBe('its own');
      expect(await there.exists('key')).toBe(false);
      slow.finish('loaded');
      await reading;
      expect(await there.get('key')).toBe('loaded');
    });

    it.each([
      ['fails', () => Promise.reject(new Error('database away'))],
      ['finds nothing', async () => undefined],
    ])('when the load of one %s, the other loads and keeps it', async (_, load) => {
      await here.wrap('key', MINUTE_MS, load).catch(() => undefined);
      expect(await there.wrap('key', MINUTE_MS, async () => 'found')).toBe('found');
      expect(await here.get('key')).toBe('found');
    });

    it('never answers a writer with less than he wrote, wherever reads and writes are made', async () => {
      const property = fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.tuple(fc.constantFrom('read', 'write'), fc.boolean(), fc.boolean()), {
          minLength: 2,
          maxLength: 8,
        }),
        async (scheduler, steps) => {
          await here.clear();
          const at = (isHere: boolean) => (isHere ? here : there);
          let committed = 0;
          const read = (isHere: boolean) =>
            at(isHere).wrap('row', MINUTE_MS, async () => {
              await scheduler.schedule(Promise.resolve(), 'query sent');
              const row = committed;
              await scheduler.schedule(Promise.resolve(), 'row received');
              return row;
            });
          const clients = steps.map(async ([step, isHere, isReadHere]) => {
            await scheduler.schedule(Promise.resolve(), step);
            if (step === 'read') return void (await read(isHere));
            const mine = ++committed;
            await scheduler.schedule(Promise.resolve(), 'committed');
            await at(isHere).delete('row');
            expect(await read(isReadHere)).toBeGreaterThanOrEqual(mine);
          });
          await scheduler.waitFor(Promise.all(clients));

          expect(await scheduler.waitFor(read(true))).toBe(committed);
        },
      );
      await fc.assert(property, { numRuns: 60 });
    });
  });
}
