import { Module, type DynamicModule } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { BacklogMetrics } from './backlog-metrics.js';
import { CacheMetrics } from './cache-metrics.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';
import { ProcessMetrics } from './process-metrics.js';
import { PURPOSE, Readiness, type Purpose } from './readiness.js';
import { WorkMetrics } from './work-metrics.js';

/** Health and metrics of a process, beside the platform in it. */
@Module({})
export class OpsModule {
  static forRoot(purpose: Purpose): DynamicModule {
    return {
      module: OpsModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: PURPOSE, useValue: purpose },
        Readiness,
        Metrics,
        BacklogMetrics,
        CacheMetrics,
        WorkMetrics,
        ProcessMetrics,
      ],
      exports: [Metrics],
    };
  }
}
