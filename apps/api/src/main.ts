import 'reflect-metadata';
import { runProcess } from '@app/platform';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import { configureApp, createAdapter } from './configure-app.js';

await runProcess(async ({ config, log, onStop }) => {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(config), createAdapter(), {
    bufferLogs: true,
    rawBody: true,
  });
  onStop(() => app.close());
  app.useLogger(app.get(Logger));
  await configureApp(app, config);
  await app.listen(config.http.port, config.http.host);
  log(`Travellr is ready: ${await app.getUrl()}/docs`);
});
