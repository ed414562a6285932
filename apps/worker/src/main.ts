import 'reflect-metadata';
import type { Config } from '@app/config';
import { logging, PlatformModule, runProcess } from '@app/platform';
import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Logger } from 'nestjs-pino';

/** The worker process: the platform without HTTP. Any number may run beside any number of APIs. */
@Module({})
class WorkerModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        logging(config),
        PlatformModule.forRoot(config, { applicationName: 'travellr-worker', worker: true }),
      ],
    };
  }
}

await runProcess(async ({ config, log, onStop }) => {
  const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(config), { bufferLogs: true });
  onStop(() => app.close());
  app.useLogger(app.get(Logger));
  log('The Travellr worker is ready');
});
