import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { ADMIN } from './app.js';
import type { TestDatabase } from './database.js';
import { openPool } from './pool.js';
import { freePort, Product } from './product.js';
import { TELLING } from './soundness.js';

const POLL_MS = 100;
/** Jobs of a process that was killed come back after some eight seconds, on a machine that has time. */
const QUIET_WITHIN_MS = 60_000;

/** What failed while its process or its target was down would come back later and later: here at once. */
const HURRY = `
  UPDATE graphile_worker._private_jobs SET run_at = now()
  WHERE run_at > now() AND attempts > 0 AND locked_at IS NULL
    AND task_id IN (SELECT id FROM graphile_worker._private_tasks WHERE identifier <> ALL ($1))`;

type Settings = Readonly<Record<string, string>>;

/** The built product in processes of its own on one database: nothing in it is a test's. */
export class Deployment {
  private readonly dataDir = mkdtempSync(join(tmpdir(), 'travellr-deployment-'));
  private readonly pool: pg.Pool;
  private products: Promise<Product>[] = [];
  private workers: Promise<Product>[] = [];

  private constructor(
    private readonly database: TestDatabase,
    private readonly settings: Settings,
  ) {
    this.pool = openPool({ connectionString: database.url, max: 2 });
  }

  /**
   * APIs with their workers inline. Starts all processes at once, and resolves when they are up.
   * @param settings of the environment, beside those that every deployment has.
   */
  static async start(database: TestDatabase, processes = 1, settings: Settings = {}): Promise<Deployment> {
    const deployment = new Deployment(database, settings);
    deployment.products = Array.from({ length: processes }, () => deployment.startProduct());
    return deployment.up();
  }

  /** One API, and workers in processes of their own, which find it where the settings of all say that it is. */
  static async startApart(
    database: TestDatabase,
    workers: number,
    settings: Settings = {},
  ): Promise<Deployment> {
    const PORT = String(await freePort());
    const deployment = new Deployment(database, { ...settings, WORKER: 'off', PORT });
    deployment.products = [deployment.startProduct()];
    deployment.workers = Array.from({ length: workers }, () => deployment.startProduct({}, 'worker'));
    return deployment.up();
  }

  /** Of the process `index`, which may be starting. */
  async url(index = 0): Promise<string> {
    return `${(await this.products[index]!).url}/api/v1`;
  }

  /**
   * `kill -9`, and a new process at once. Whoever asks for the url meanwhile waits for it.
   * @param changes to the settings, for the new process alone.
   */
  async crash(index = 0, changes: Settings = {}): Promise<void> {
    await kill(this.products, index, () => this.startProduct(changes));
  }

  /** `kill -9` of a worker apart, and a new one at once. */
  async crashWorker(index = 0): Promise<void> {
    await kill(this.workers, index, () => this.startProduct({}, 'worker'));
  }

  /** Until every event is delivered and every job done by the processes' own workers, but for mail and webhooks. @throws Error when they take longer. */
  async drain(withinMs = QUIET_WITHIN_MS): Promise<void> {
    const left = await eventually(
      async () => {
        await this.query(HURRY, [TELLING]);
        const [row] = await this.query<{ left: number }>(
          `SELECT ((SELECT count(*) FROM outbox WHERE relayed_at IS NULL) +
                   (SELECT count(*) FROM graphile_worker.jobs WHERE task_identifier <> ALL ($1)))::int AS left`,
          [TELLING],
        );
        return row?.left;
      },
      (left) => left === 0,
      withinMs,
    );
    if (left === 0) return;
    const jobs = await this.query<{ task_identifier: string; last_error: string | null }>(
      'SELECT task_identifier, last_error FROM graphile_worker.jobs WHERE task_identifier <> ALL ($1)',
      [TELLING],
    );
    const errors = jobs.map((job) => `${job.task_identifier}: ${job.last_error}`);
    throw new Error([`${left} events and jobs are left after ${withinMs} ms`, ...errors].join('\n'));
  }

  async query<T>(statement: string, parameters: unknown[] = []): Promise<T[]> {
    return (await this.pool.query(statement, parameters)).rows as T[];
  }

  async stop(): Promise<void> {
    const started = await Promise.allSettled([...this.products, ...this.workers]);
    await Promise.all(started.map((each) => each.status === 'fulfilled' && each.value.end('SIGKILL')));
    await this.pool.end();
    await this.database.drop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  private async up(): Promise<this> {
    try {
      await Promise.all([...this.products, ...this.workers]);
      return this;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  private startProduct(changes: Settings = {}, app: 'api' | 'worker' = 'api'): Promise<Product> {
    const settings = {
      DATABASE_URL: this.database.url,
      JWT_SECRET: 'a secret of the test suite, long enough',
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
      LOG_LEVEL: 'warn',
      ...this.settings,
      ...changes,
    };
    return Product.start(this.dataDir, settings, app);
  }
}

/** Whoever asks for the process meanwhile waits for its successor. */
function kill(
  processes: Promise<Product>[],
  index: number,
  successor: () => Promise<Product>,
): Promise<Product> {
  const replaced = processes[index]!.then(async (product) => {
    await product.end('SIGKILL');
    return successor();
  });
  processes[index] = replaced;
  return replaced;
}

/** Asks again until the answer satisfies. @returns the last answer, also when the time is up: for an `expect` to show. */
export async function eventually<T>(
  ask: () => Promise<T>,
  satisfies: (answer: T) => boolean,
  withinMs: number,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (satisfies(answer) || Date.now() > deadline) return answer;
    await setTimeout(POLL_MS);
  }
}
