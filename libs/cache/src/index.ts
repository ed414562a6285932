export { CacheModule } from './cache.module.js';
export { CacheService, type Expiry, type Json } from './cache.service.js';
