import 'reflect-metadata';
import { runProcess } from '@app/platform';
import { NestFactory } from '@nestjs/core';
import { Logger } from 'nestjs-pino';
import { serveOps } from './serve-ops.js';
import { WorkerModule } from './worker.module.js';

await runProcess(async ({ config, log, onStop, stop }) => {
  process.on('SIGHUP', stop); // of a terminal that closes
  const platform = await NestFactory.createApplicationContext(WorkerModule.forRoot(config), {
    bufferLogs: true,
  });
  onStop(() => platform.close());
  platform.useLogger(platform.get(Logger));
  const ops = await serveOps(platform, config);
  onStop(ops.close);
  log(`The Travellr worker is ready: ${ops.url}/health/ready`);
});
