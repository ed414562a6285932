import type { Config } from '@app/config';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { CacheService } from './cache.service.js';
import { MemoryCacheService } from './memory-cache.service.js';

/** A store that the configuration allows and this table lacks does not compile. */
const ADAPTERS: Readonly<Record<Config['cacheStore'], Type<CacheService>>> = {
  memory: MemoryCacheService,
  redis: MemoryCacheService, // until the Redis adapter is there
};

/** Makes the configured {@link CacheService} injectable everywhere. Needs a globally provided Clock. */
@Module({})
export class CacheModule {
  static forRoot(config: Pick<Config, 'cacheStore'>): DynamicModule {
    return {
      module: CacheModule,
      global: true,
      providers: [{ provide: CacheService, useClass: ADAPTERS[config.cacheStore] }],
      exports: [CacheService],
    };
  }
}
