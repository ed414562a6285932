import { Clock, ManualClock } from '@app/kernel';
import { Global, Inject, Injectable, Logger, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { CacheModule } from './cache.module.js';
import { CacheService } from './cache.service.js';
import { MemoryCacheService } from './memory-cache.service.js';

@Injectable()
class Reader {
  constructor(@Inject(CacheService) readonly cache: CacheService) {}
}

@Module({ providers: [Reader] })
class FeatureModule {}

@Global()
@Module({ providers: [{ provide: Clock, useClass: ManualClock }], exports: [Clock] })
class TimeModule {}

const start = (config: Parameters<typeof CacheModule.forRoot>[0]) =>
  Test.createTestingModule({ imports: [TimeModule, CacheModule.forRoot(config), FeatureModule] }).compile();

describe('CacheModule', () => {
  it('hands the configured cache to modules that do not import it', async () => {
    const app = await start({ cacheStore: 'memory' });

    expect(app.get(Reader, { strict: false }).cache).toBeInstanceOf(MemoryCacheService);
    await app.close();
  });

  it('connects to a Redis when the application starts, and starts without it', async () => {
    const warned = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const app = await start({ cacheStore: 'redis', redisUrl: 'redis://127.0.0.1:1' });
    await app.init();

    const { cache } = app.get(Reader, { strict: false });
    expect({ isShared: cache.isShared, isReachable: cache.isReachable }).toEqual({
      isShared: true,
      isReachable: false,
    });
    expect(warned).toHaveBeenCalledTimes(1);
    await app.close();
  });
});
