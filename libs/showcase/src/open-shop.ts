import type { Config } from '@app/config';
import { ManualClock } from '@app/kernel';
import { PlatformModule } from '@app/platform';
import { NestFactory } from '@nestjs/core';
import { Shop } from './shop.js';

/**
 * Runs `work` on the shop of the configured database, in an application without HTTP and without a worker, whose clock the shop
 * sets. Other processes on the same database may go on meanwhile.
 */
export async function openShop<T>(config: Config, work: (shop: Shop) => Promise<T>): Promise<T> {
  const present = new Date();
  const clock = new ManualClock(present);
  const platform = PlatformModule.forRoot(config, {
    applicationName: 'travellr-showcase',
    worker: false,
    clock,
  });
  const app = await NestFactory.createApplicationContext(platform, { logger: ['error', 'fatal'] });
  try {
    return await work(new Shop(app, clock, present));
  } finally {
    await app.close();
  }
}
