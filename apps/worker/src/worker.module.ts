import type { Config } from '@app/config';
import { logging, OpsModule, PlatformModule } from '@app/platform';
import { Module, type DynamicModule } from '@nestjs/common';

/** The platform without its routes: events, jobs and schedules. Any number of workers may run beside any number of APIs. */
@Module({})
export class WorkerModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        logging(config),
        PlatformModule.forRoot(config, { applicationName: 'travellr-worker', worker: true }),
        OpsModule.forRoot('worker'),
      ],
    };
  }
}
