import { CacheService } from '@app/cache';
import { ManualClock } from '@app/kernel';
import { Test } from '@nestjs/testing';
import { MemoryCacheService } from '../../../cache/src/memory-cache.service.js';
import { CacheMetrics } from './cache-metrics.js';
import { Metrics } from './metrics.js';

it('what the cache did is counted by store', async () => {
  const cache = new MemoryCacheService(new ManualClock());
  const module = await Test.createTestingModule({
    providers: [Metrics, CacheMetrics, { provide: CacheService, useValue: cache }],
  }).compile();
  await cache.set('key', 1);
  await cache.getMany(['key', 'absent', 'key']);
  cache.stats.failed('write');

  for (const _scrape of [1, 2]) {
    const lines = (await module.get(Metrics).registry.metrics()).split('\n');
    expect(lines.filter((line) => line.startsWith('travellr_cache_'))).toEqual([
      'travellr_cache_reads_total{store="memory",outcome="hit"} 2',
      'travellr_cache_reads_total{store="memory",outcome="miss"} 1',
      'travellr_cache_errors_total{store="memory",operation="read"} 0',
      'travellr_cache_errors_total{store="memory",operation="write"} 1',
      'travellr_cache_errors_total{store="memory",operation="delete"} 0',
      'travellr_cache_errors_total{store="memory",operation="increment"} 0',
      'travellr_cache_errors_total{store="memory",operation="lease"} 0',
      'travellr_cache_reachable{store="memory"} 1',
    ]);
  }
});
