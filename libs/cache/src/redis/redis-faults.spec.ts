import { SystemClock } from '@app/kernel';
import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeWith } from '../../../../test/support/programs.js';
import { RedisServer, redisServer } from '../../../../test/support/redis-server.js';
import { slowLoad } from '../cache-wrap.contract.js';
import type { CacheService } from '../cache.service.js';
import { RedisCacheService } from './redis-cache.service.js';
import { RedisConnection } from './redis-connection.js';

const MINUTE_MS = 60_000;

/** Several commands that are not answered, one after the other, and then some. */
const PATIENCE_MS = 2_500;

const load = async () => 'loaded';

/** One of each, at once. */
const everything = (cache: CacheService<string>) =>
  Promise.all([
    cache.get('key'),
    cache.getMany(['key', 'other']),
    cache.exists('key'),
    cache.wrap('key', MINUTE_MS, load),
    cache.increment('counter', { by: 3 }),
    cache.set('key', 1),
    cache.setMany([['key', 1]]),
    cache.delete('key'),
    cache.deletePattern('key:*'),
    cache.clear(),
  ]);
const NOTHING_CACHED = [undefined, [undefined, undefined], false, 'loaded', 3];

const inTime = <T>(work: Promise<T>) =>
  Promise.race([
    work,
    sleep(PATIENCE_MS, undefined, { ref: false }).then(() => Promise.reject(new Error('hangs'))),
  ]);

const errorsOf = ({ stats }: CacheService<string>) =>
  [...stats.errors.values()].reduce((sum, count) => sum + count, 0);

describeWith({ 'redis-server': redisServer })('a Redis cache', () => {
  let server: RedisServer;
  let cache: RedisCacheService;
  const opened: RedisCacheService[] = [];
  const warned = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  const logged = jest.spyOn(Logger.prototype, 'log').mockReturnValue();

  beforeEach(async () => {
    server = await RedisServer.start();
    cache = await open();
  });
  afterEach(async () => {
    await inTime(Promise.all(opened.splice(0).map((cache) => cache.onApplicationShutdown())));
    await server.stop();
    warned.mockClear();
    logged.mockClear();
  });

  async function open(): Promise<RedisCacheService> {
    const cache = new RedisCacheService(new RedisConnection(server.url), new SystemClock());
    opened.push(cache);
    await inTime(cache.onModuleInit());
    return cache;
  }

  async function reachable(): Promise<void> {
    for (let waitedMs = 0; !cache.isReachable && waitedMs < 2 * PATIENCE_MS; waitedMs += 5) await sleep(5);
    expect(cache.isReachable).toBe(true);
  }

  /** Three reads without an answer are enough to ask no more. */
  async function hang(): Promise<void> {
    server.freeze();
    await inTime(Promise.all([1, 2, 3].map((n) => cache.get(`asked:${n}`))));
    expect(cache.isReachable).toBe(false);
  }

  const faults: [string, () => unknown, () => unknown][] = [
    ['hangs', () => server.freeze(), () => server.thaw()],
    ['dies', () => server.kill(), () => server.start()],
  ];

  describe.each(faults)('whose Redis %s', (_, hurt, heal) => {
    it('fails no call and hangs in none, refuses at once what follows, and is back by itself', async () => {
      await cache.set('key', 'cached');
      await hurt();
      expect((await inTime(everything(cache))).slice(0, 5)).toEqual(NOTHING_CACHED);
      expect(cache.isReachable).toBe(false);
      expect((await inTime(everything(cache))).slice(0, 5)).toEqual(NOTHING_CACHED);
      expect(errorsOf(cache)).toBeGreaterThanOrEqual(20);

      await heal();
      await reachable();
      expect(await cache.wrap('key', MINUTE_MS, load)).toBe('loaded');
      expect(await cache.get('key')).toBe('loaded');
    });

    it('says so once, and once that it is well again', async () => {
      await hurt();
      for (let n = 0; n < 5; n++) await inTime(everything(cache));
      expect(warned).toHaveBeenCalledTimes(1);
      expect(logged).not.toHaveBeenCalled();

      await heal();
      await reachable();
      expect(warned).toHaveBeenCalledTimes(1);
      expect(logged.mock.calls).toEqual([[expect.stringMatching(/^Redis is well again; \d\d operations/)]]);
    });

    it('still refuses misuse', async () => {
      await hurt();
      await expect(cache.set('key', 1, { ttlMs: 0 })).rejects.toThrow(RangeError);
      await expect(cache.setMany([['key', 1n]])).rejects.toThrow(TypeError);
      await expect(cache.wrap('key', 0.5, load)).rejects.toThrow(RangeError);
      await expect(cache.wrap('key', 1, async () => 1n)).rejects.toThrow(TypeError);
      await expect(cache.increment('key', { by: 0.5 })).rejects.toThrow(RangeError);
    });

    it('is closed all the same, also while it connects', async () => {
      await hurt();
      const asked = everything(cache);
      await inTime(cache.onApplicationShutdown());
      await inTime(asked);
      const another = await open();
      await inTime(another.onApplicationShutdown());
      expect(another.isReachable).toBe(false);
    });
  });

  describe('that missed a change', () => {
    const MORE_THAN_IT_KEEPS = 1_001;
    const changes: [string, () => Promise<unknown>, string[], unknown[]][] = [
      ['a deletion', () => cache.delete('trip:1'), ['trip:1', 'trip:2'], [undefined, 'old']],
      ['a pattern', () => cache.deletePattern('trip:*'), ['trip:1', 'other'], [undefined, 'old']],
      ['a value', () => cache.set('trip:1', 'new'), ['trip:1', 'trip:2'], [undefined, 'old']],
      [
        'more than it can keep in mind',
        () => Promise.all(Array.from({ length: MORE_THAN_IT_KEEPS }, (_, n) => cache.delete(`trip:${n}`))),
        ['trip:1', 'trip:2', 'other'],
        [undefined, undefined, undefined],
      ],
    ];

    it.each(changes)('(%s) reads nothing of it afterwards', async (_, change, keys, left) => {
      await cache.setMany(['trip:1', 'trip:2', 'other'].map((key) => [key, 'old']));
      await hang();
      await inTime(change());
      server.thaw();
      await reachable();

      expect(await cache.getMany(keys)).toEqual(left);
    });

    it('that Redis may yet hear of reads nothing of it either', async () => {
      await cache.set('trip:1', 'old');
      server.freeze();
      await inTime(cache.set('trip:1', 'new'));
      expect(cache.isReachable).toBe(false);
      server.thaw();
      await reachable();

      expect(await cache.get('trip:1')).toBeUndefined();
    });

    it('keeps no load that was under way meanwhile', async () => {
      const slow = slowLoad();
      const reading = cache.wrap('trip:1', MINUTE_MS, slow.load);
      await slow.started;
      await hang();
      await inTime(cache.delete('trip:1'));
      server.thaw();
      await reachable();
      slow.finish('old');
      await reading;

      expect(await cache.exists('trip:1')).toBe(false);
    });
  });

  it('leaves no connection when it is closed', async () => {
    const connected = async () =>
      /(^|\n).*cmd=(?!client)/.test(String(await server.command('CLIENT', 'LIST')));
    expect(await connected()).toBe(true);
    await cache.onApplicationShutdown();
    for (let n = 0; n < 100 && (await connected()); n++);
    expect(await connected()).toBe(false);
  });

  it('trusts no snapshot that Redis starts from: it may have lost deletions', async () => {
    const another = await open();
    await cache.setMany([
      ['trip:1', 'old'],
      ['trip:2', 'old'],
    ]);
    await server.command('SAVE');
    await cache.delete('trip:1');
    await server.kill();
    await server.start();
    expect(await server.command('DBSIZE')).toBeGreaterThan(1);

    const latest = await open();
    expect(await latest.getMany(['trip:1', 'trip:2'])).toEqual([undefined, undefined]);
    expect(await another.get('trip:1')).toBeUndefined();
    await reachable();
    await latest.set('trip:1', 'new');
    expect(await cache.get('trip:1')).toBe('new');
  });

  it('keeps what is there when another process joins it', async () => {
    await cache.set('trip:1', 'cached');
    expect(await (await open()).get('trip:1')).toBe('cached');
    expect(logged).not.toHaveBeenCalled();
  });

  it('deletes what a full Redis does not replace, and goes on reading', async () => {
    await cache.setMany([
      ['trip:1', 'old'],
      ['trip:2', 'cached'],
    ]);
    await server.command('CONFIG', 'SET', 'maxmemory', '1');
    await cache.set('trip:1', 'new');
    expect(await cache.wrap('trip:1', MINUTE_MS, load)).toBe('loaded');

    expect(cache.isReachable).toBe(true);
    expect(await cache.getMany(['trip:1', 'trip:2'])).toEqual([undefined, 'cached']);
    expect(Object.fromEntries(cache.stats.errors)).toMatchObject({ write: 1, lease: 1, read: 0 });
  });

  it('starts without a Redis, says so once, and finds it when it comes', async () => {
    await server.kill();
    cache = await open();
    expect((await inTime(everything(cache))).slice(0, 5)).toEqual(NOTHING_CACHED);
    expect(cache.isReachable).toBe(false);

    await server.start();
    await reachable();
    expect(await cache.wrap('key', MINUTE_MS, load)).toBe('loaded');
  });
});
