import { ConfigError, type Config } from '@app/config';
import { OpsServerModule } from '@app/platform';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

const USUAL_PORT = 3001;
const ANY_PORT = 0;
/** Nobody asks for more than health and metrics, or sends a body. */
const LIMITS = { requestTimeout: 10_000, connectionTimeout: 30_000, bodyLimit: 1_024 };

/**
 * Serves the health and metrics of `platform`, and nothing else, on WORKER_PORT; without that setting on 3001 or, for the second worker of a
 * machine, on a port that is free.
 * @throws ConfigError when WORKER_PORT is taken.
 */
export async function serveOps(
  platform: INestApplicationContext,
  { workerPort, http: { host } }: Config,
): Promise<{ url: string; close: () => Promise<void> }> {
  // Without a logger of its own, which would take the place of the platform's.
  const app = await NestFactory.create<NestFastifyApplication>(
    OpsServerModule.of(platform),
    new FastifyAdapter(LIMITS),
  );
  await app.init();
  // Nest's own listen() would log a taken port as an error, also where the next one will do.
  const server = app.getHttpAdapter().getInstance();
  const listen = (port: number) => server.listen({ port, host });
  const url = await listen(workerPort ?? USUAL_PORT).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    if (workerPort !== undefined) throw new ConfigError([`WORKER_PORT must be free: ${error.message}`]);
    return listen(ANY_PORT);
  });
  return { url, close: () => app.close() };
}
