export { CacheStats, type CacheOperation } from './cache-stats.js';
export { CacheModule } from './cache.module.js';
export { CacheService, type CacheKey, type Expiry, type Json } from './cache.service.js';
export { Counters } from './counters.js';
export { Siblings, type Forgotten } from './siblings.js';
