import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createAdapter, TIMEOUTS } from '../apps/api/src/configure-app.js';
import { TestApp } from './support/app.js';
import { createEmptyDatabase, type TestDatabase } from './support/database.js';
import { eventually } from './support/deployment.js';
import { Product } from './support/product.js';
import { RawConnection } from './support/raw-connection.js';

/** Draining has 5 s; the rest is for a busy machine. */
const STOP_WITHIN_MS = 9_000;
const PROMPTLY_MS = 4_000;

/** Sends half a request. */
async function half(url: string, path = '/api/v1/auth/login'): Promise<RawConnection> {
  return (await RawConnection.open(url))
    .request(`POST ${path}`, 'content-type: application/json', 'content-length: 100')
    .send('{"email":');
}

async function timed(work: Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work;
  return performance.now() - startedAt;
}

describe('SIGTERM', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'travellr-shutdown-'));
  let database: TestDatabase;
  let product: Product;
  let blocker: Client;

  beforeAll(async () => {
    database = await createEmptyDatabase();
    product = await Product.start(dataDir, { DATABASE_URL: database.url, LOG_LEVEL: 'warn' });
    blocker = new Client({ connectionString: database.url });
    await blocker.connect();
  });
  afterAll(async () => {
    await product.end('SIGKILL');
    await blocker.end();
    await database.drop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('answers what was asked, takes nothing more, ends at once, and complains of no client', async () => {
    await blocker.query('BEGIN; LOCK TABLE trips');
    const gone = (await RawConnection.open(product.url)).request('GET /api/v1/trips');
    const halfway = await half(product.url);
    const silent = await RawConnection.open(product.url);
    const idle = (await RawConnection.open(product.url)).request('GET /health/live');
    await idle.head();
    const busy = (await RawConnection.open(product.url)).request('GET /api/v1/trips');
    await eventually(waiting, (count) => count > 1, PROMPTLY_MS);
    gone.abort();
    halfway.abort();

    const ended = product.end('SIGTERM');
    await Promise.all([silent.end(), idle.end()]);
    await expect(RawConnection.open(product.url)).rejects.toThrow('ECONNREFUSED');
    await blocker.query('ROLLBACK');

    const took = await timed(ended);
    const answer = await busy.end();
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(await ended).toBe(0);
    expect(took).toBeLessThan(PROMPTLY_MS);
    expect(product.output).not.toMatch(/"level":[456]0/);
  });

  async function waiting(): Promise<number> {
    const { rows } = await blocker.query(
      `SELECT FROM pg_locks WHERE relation = 'trips'::regclass AND NOT granted`,
    );
    return rows.length;
  }
});

describe('a client that never finishes its request', () => {
  it('is cut when the process stops', async () => {
    const app = await TestApp.start();
    const received = once(app.nest.getHttpServer(), 'request');
    const client = await half(app.url);
    await received;

    expect(await timed(app.stop())).toBeLessThan(STOP_WITHIN_MS);
    await client.end();
  });

  it('is cut while serving, too', async () => {
    const server = createAdapter(
      {},
      {
        ...TIMEOUTS,
        requestMs: 300,
        headersMs: 200,
        checkEveryMs: 50,
      },
    ).getInstance();
    server.post('/auth/login', (_request, reply) => reply.send('never reached'));
    await server.listen({ port: 0, host: '127.0.0.1' });
    try {
      const client = await half(server.listeningOrigin, '/auth/login');

      const answer = await client.end();
      expect(answer).toMatch(/^HTTP\/1.1 408 /);
      expect(answer).toContain('"type":"/problems/request-timed-out"');
    } finally {
      await server.close();
    }
  });
});
