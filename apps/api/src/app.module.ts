import type { Config } from '@app/config';
import { logging, PlatformModule } from '@app/platform';
import { Module, type DynamicModule } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';

import { Draining } from './draining.js';
import { HealthController } from './ops/health.controller.js';
import { MetricsController } from './ops/metrics.controller.js';
import { Metrics } from './ops/metrics.js';

/** The API process: the platform behind HTTP, and unless `WORKER=off` the worker inside it. */
@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    const worker = config.worker === 'inline';
    return {
      module: AppModule,
      imports: [
        logging(config),
        TerminusModule.forRoot({ logger: false }),
        PlatformModule.forRoot(config, { applicationName: 'travellr-api', worker }),
      ],
      controllers: [HealthController, MetricsController],
      providers: [Draining, Metrics],
    };
  }
}
