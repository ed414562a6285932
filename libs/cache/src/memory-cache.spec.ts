import { ManualClock } from '@app/kernel';
import { cacheServiceContract } from './cache.contract.js';
import { MEMORY_LIMITS, MemoryCacheService } from './memory-cache.service.js';

cacheServiceContract('MemoryCacheService', (clock) => new MemoryCacheService(clock));

describe('the room of a MemoryCacheService', () => {
  const clock = new ManualClock();
  const cache = new MemoryCacheService(clock);
  beforeEach(() => cache.clear());

  it('is bounded in entries: the least recently used makes room', async () => {
    await cache.setMany(Array.from({ length: MEMORY_LIMITS.entries }, (_, n) => [`key:${n}`, n]));
    await cache.get('key:0');
    await cache.set('one more', true);

    expect(await cache.getMany(['key:0', 'key:1', 'key:2', 'one more'])).toEqual([0, undefined, 2, true]);
  });

  it('is bounded in bytes', async () => {
    const half = 'x'.repeat(MEMORY_LIMITS.bytes / 2 - 500);
    await cache.setMany([
      ['first', half],
      ['second', half],
      ['third', half],
    ]);

    expect(await Promise.all(['first', 'second', 'third'].map((key) => cache.exists(key)))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('is taken twice by text with a letter beyond Latin-1', async () => {
    const cyrillic = 'ж'.repeat(MEMORY_LIMITS.bytes / 4 - 500);
    await cache.setMany(['first', 'second', 'third'].map((key) => [key, cyrillic]));

    expect(await cache.exists('first')).toBe(false);
    expect(await cache.exists('third')).toBe(true);
  });

  it('is given back by what has expired, and by that alone', async () => {
    const half = 'x'.repeat(MEMORY_LIMITS.bytes / 2 - 500);
    await cache.set('kept', half);
    await cache.set('expiring', half, { ttlMs: 5_000 });
    clock.advance(5_000);
    await cache.set('small', 'new');
    await cache.set('new', half);

    expect(await cache.getMany(['kept', 'expiring'])).toEqual([half, undefined]);
  });

  it('holds nothing larger than itself, and a value that outgrew it leaves no old one behind', async () => {
    await cache.set('trip', 'small');
    await cache.set('trip', 'x'.repeat(MEMORY_LIMITS.bytes));

    expect(await cache.exists('trip')).toBe(false);
  });

  it('of content is not that of counters, which it pushes none of out', async () => {
    await cache.increment('logins', { by: 9, ttlMs: 60_000 });
    await cache.setMany(Array.from({ length: MEMORY_LIMITS.entries }, (_, n) => [`key:${n}`, n]));
    await cache.set('page', 'x'.repeat(MEMORY_LIMITS.bytes - 500));

    expect(await cache.increment('logins', { ttlMs: 60_000 })).toBe(10);
  });
});
