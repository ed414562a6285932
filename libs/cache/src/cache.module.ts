import type { Config } from '@app/config';
import { Clock } from '@app/kernel';
import { Module, type DynamicModule } from '@nestjs/common';
import { CacheService } from './cache.service.js';
import { MemoryCacheService } from './memory-cache.service.js';
import { Siblings } from './siblings.js';

type CacheConfig = Pick<Config, 'cacheStore' | 'redisUrl'>;

/** A store that the configuration allows and this table lacks does not compile. */
const ADAPTERS: Readonly<
  Record<
    Config['cacheStore'],
    (clock: Clock, config: CacheConfig, siblings?: Siblings) => Promise<CacheService>
  >
> = {
  memory: async (clock, _, siblings) => new MemoryCacheService(clock, siblings),
  redis: async (clock, { redisUrl }) => {
    if (!redisUrl) throw new Error('a Redis cache needs the URL of a Redis');
    // Its client takes 20 MB, which a process without a Redis does not have to spend.
    const { RedisCacheService } = await import('./redis/redis-cache.service.js');
    return RedisCacheService.at(redisUrl, clock);
  },
};

/** Makes the configured {@link CacheService} injectable everywhere. Needs a globally provided Clock, and takes {@link Siblings} where there are any. */
@Module({})
export class CacheModule {
  static forRoot(config: CacheConfig): DynamicModule {
    return {
      module: CacheModule,
      global: true,
      providers: [
        {
          provide: CacheService,
          inject: [Clock, { token: Siblings, optional: true }],
          useFactory: (clock: Clock, siblings?: Siblings) =>
            ADAPTERS[config.cacheStore](clock, config, siblings),
        },
      ],
      exports: [CacheService],
    };
  }
}
