import { Clock, ManualClock } from '@app/kernel';
import { Global, Inject, Injectable, Module } from '@nestjs/common';
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

it('CacheModule hands the configured cache to modules that do not import it', async () => {
  const app = await Test.createTestingModule({
    imports: [TimeModule, CacheModule.forRoot({ cacheStore: 'memory' }), FeatureModule],
  }).compile();

  expect(app.get(Reader, { strict: false }).cache).toBeInstanceOf(MemoryCacheService);
  await app.close();
});
