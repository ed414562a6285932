import { openDatabase } from '@app/database';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ApiClient } from './support/client.js';
import { eventually } from './support/deployment.js';
import { readMetrics } from './support/metrics.js';
import { Product } from './support/product.js';

const PROCESSES = 2;
/** A busy machine takes its time to start a process. */
const WITHIN_MS = 120_000;
const LIMIT_MS = 300_000;
const CLIENTS = 4;
/** Leaves the machine to the processes that start. */
const PAUSE_MS = 20;

/** Each process in its turn: none is asked twice over one connection. */
const EACH_ANEW = { connection: 'close' };

/** Real processes on the real embedded PostgreSQL, as `WEB_CONCURRENCY=2 npm start` runs them. */
describe('several processes on one port', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'travellr-several-'));
  const settings = { WEB_CONCURRENCY: String(PROCESSES), WORKER: 'off', LOG_LEVEL: 'error' };
  let product: Product;

  beforeAll(async () => {
    chmodSync(dataDir, 0o755);
    product = await Product.start(dataDir, settings);
  }, LIMIT_MS);
  afterAll(async () => {
    await product.end('SIGKILL');
    const database = { poolSize: 2, prepared: true, migrate: false };
    await (await openDatabase({ dataDir, database }, () => undefined)).close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const isPostgresRunning = () => existsSync(join(dataDir, 'postgres/data/postmaster.pid'));
  const timesReady = () => product.output.split('Travellr is ready').length - 1;

  it('are ready once, and have the metrics of all', async () => {
    expect(timesReady()).toBe(1);
    expect(product.children).toHaveLength(PROCESSES);
    for (let n = 0; n < 6; n++) expect((await askAnew(`${product.url}/health/ready`)).status).toBe(200);

    const name = 'http_request_duration_seconds_count{method="GET",route="/health/ready",status="200"}';
    for (let n = 0; n < PROCESSES; n++) expect((await readMetrics(product.url)).get(name)).toBe(6);
  });

  it('show a client what he wrote, whichever answers', async () => {
    const anonymous = new ApiClient(`${product.url}/api/v1`);
    const { body } = await anonymous.post('/auth/register', {
      email: 'ada@example.com',
      password: 'a good password',
      name: 'Ada 0',
    });
    const ada = anonymous.as(body.accessToken as string);
    const path = `/users/${body.user.id}`;
    const seen = async () => (await ada.send('GET', path, undefined, EACH_ANEW)).body.name as string;

    for (let n = 1; n <= 5; n++) {
      await ada.send('PATCH', path, { name: `Ada ${n}` }, EACH_ANEW);
      expect([await seen(), await seen(), await seen()]).toEqual(Array(3).fill(`Ada ${n}`));
    }
  });

  it(
    'go down with the one that started them, and come up again',
    async () => {
      const { children } = product;
      await product.end('SIGKILL');

      const left = () => Promise.resolve(children.filter(isAlive));
      expect(await eventually(left, (some) => some.length === 0, WITHIN_MS)).toEqual([]);
      expect(isPostgresRunning()).toBe(true);
      product = await Product.start(dataDir, settings);
    },
    LIMIT_MS,
  );

  it(
    'are restarted one after the other by SIGHUP, and no client notices',
    async () => {
      const before = product.children;
      const clients = Array.from({ length: CLIENTS }, (_, n) => new SteadyClient(product.url, n % 2 === 0));
      product.signal('SIGHUP');
      const restarted = () => Promise.resolve(product.output.includes('Travellr has restarted'));
      expect(await eventually(restarted, Boolean, WITHIN_MS)).toBe(true);

      const outcomes = await Promise.all(clients.map((client) => client.stop()));
      expect(outcomes.flatMap(({ failed }) => failed)).toEqual([]);
      expect(Math.min(...outcomes.map(({ answered }) => answered))).toBeGreaterThan(10);
      expect(product.children.filter((id) => before.includes(id))).toEqual([]);
      expect(product.children).toHaveLength(PROCESSES);
      expect(timesReady()).toBe(1);
    },
    LIMIT_MS,
  );

  it(
    'end in good order on SIGTERM, the database last',
    async () => {
      const { children } = product;

      expect(await product.end('SIGTERM')).toBe(0);
      expect(children.filter(isAlive)).toEqual([]);
      expect(isPostgresRunning()).toBe(false);
    },
    LIMIT_MS,
  );
});

const askAnew = (url: string) => fetch(url, { headers: EACH_ANEW });

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Asks and asks, on a connection that it keeps or on ever new ones, and remembers what was no answer. */
class SteadyClient {
  private readonly failed: string[] = [];
  private readonly done: Promise<void>;
  private answered = 0;
  private isStopped = false;

  constructor(
    private readonly url: string,
    keepAlive: boolean,
  ) {
    this.done = this.ask(new Agent({ keepAlive, maxSockets: 1 }));
  }

  async stop(): Promise<{ answered: number; failed: string[] }> {
    this.isStopped = true;
    await this.done;
    return { answered: this.answered, failed: this.failed };
  }

  private async ask(agent: Agent): Promise<void> {
    while (!this.isStopped) {
      const outcome = await new Promise<string>((resolve) => {
        get(`${this.url}/api/v1/trips`, { agent }, (answer) =>
          answer.resume().on('close', () => resolve(answer.complete ? String(answer.statusCode) : 'cut')),
        )
          .setTimeout(WITHIN_MS, () => resolve('no answer'))
          .on('error', (error) => resolve(error.message));
      });
      if (outcome === '200') this.answered++;
      else this.failed.push(outcome);
      await pause(PAUSE_MS);
    }
    agent.destroy();
  }
}
