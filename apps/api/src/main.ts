import 'reflect-metadata';
import { ConfigError } from '@app/config';
import { runReplicated } from '@app/platform';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import { configureApp, createAdapter } from './configure-app.js';
import { Draining } from './draining.js';

await runReplicated(
  import.meta.filename,
  async ({ config, onStop }) => {
    const app = await NestFactory.create<NestFastifyApplication>(
      AppModule.forRoot(config),
      createAdapter(config.http),
      { bufferLogs: true, rawBody: true },
    );
    onStop(() => app.close());
    app.useLogger(app.get(Logger));
    await configureApp(app, config);
    await app.listen(config.http.port, config.http.host).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EADDRINUSE' ? new ConfigError([`PORT must be free: ${error.message}`]) : error;
    });
    return { url: await app.getUrl(), letGo: () => app.get(Draining).letGo() };
  },
  (url, { log, config: { webConcurrency } }) => {
    if (webConcurrency > 1) log(`kill -HUP ${process.pid} restarts its ${webConcurrency} processes`);
    log(`Travellr is ready: ${url}/docs`);
  },
);
