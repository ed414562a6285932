import { CacheService } from '@app/cache';
import { Clock } from '@app/kernel';
import { Module } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import { CachedCounts } from './cached-counts.js';
import { RateLimiter } from './rate-limiter.js';

/** The throttler wants one; those that hold are in limits.ts. */
const UNUSED = { ttl: 1, limit: 1 };

@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      inject: [CacheService, Clock],
      useFactory: (cache: CacheService, clock: Clock) => ({
        throttlers: [UNUSED],
        storage: new CachedCounts(cache, clock),
      }),
    }),
  ],
  providers: [RateLimiter],
  exports: [RateLimiter],
})
export class RateLimitsModule {}
