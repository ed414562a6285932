import { ProblemFilter } from '@app/http';
import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';
import { Readiness } from './readiness.js';

/** Health and metrics of a platform without HTTP, as a small application of their own: none of the platform's routes is in it. */
@Module({})
export class OpsServerModule {
  /** @param platform with an {@link OpsModule}, whose readiness and metrics these are. */
  static of(platform: INestApplicationContext): DynamicModule {
    return {
      module: OpsServerModule,
      controllers: [HealthController, MetricsController],
      providers: [
        ...[Readiness, Metrics].map((provide) => ({ provide, useValue: platform.get<object>(provide) })),
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
