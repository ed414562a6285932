import { CacheService } from '@app/cache';
import { Injectable } from '@nestjs/common';
import { Gauge, Counter } from 'prom-client';
import { Metrics } from './metrics.js';

/** What this process had from its cache, and what it had to do without. */
@Injectable()
export class CacheMetrics {
  constructor({ registry }: Metrics, cache: CacheService) {
    for (const metric of [reads(cache), errors(cache), reachable(cache)]) registry.registerMetric(metric);
  }
}

const reads = ({ stats }: CacheService) =>
  new Counter({
    name: 'travellr_cache_reads_total',
    help: 'Values asked for, by whether the cache had them',
    labelNames: ['store', 'outcome'],
    registers: [],
    collect() {
      this.reset();
      this.inc({ store: stats.store, outcome: 'hit' }, stats.hits);
      this.inc({ store: stats.store, outcome: 'miss' }, stats.misses);
    },
  });

const errors = ({ stats }: CacheService) =>
  new Counter({
    name: 'travellr_cache_errors_total',
    help: 'What the cache could not do, and was done without: no request fails because of it',
    labelNames: ['store', 'operation'],
    registers: [],
    collect() {
      this.reset();
      for (const [operation, count] of stats.errors) this.inc({ store: stats.store, operation }, count);
    },
  });

const reachable = (cache: CacheService) =>
  new Gauge({
    name: 'travellr_cache_reachable',
    help: '1 while the cache answers; while it does not, everything is a miss',
    labelNames: ['store'],
    aggregator: 'min',
    registers: [],
    collect() {
      this.set({ store: cache.stats.store }, Number(cache.isReachable));
    },
  });
