import { Clock, ManualClock } from '@app/kernel';
import { loadConfig } from '@app/config';
import { Backlog } from '@app/events';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type pg from 'pg';
import { AppModule } from '../../apps/api/src/app.module.js';
import { configureApp, createAdapter } from '../../apps/api/src/configure-app.js';
import { keepBalanced } from './balanced-books.js';
import { ApiClient } from './client.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { openPool } from './pool.js';

export const ADMIN = { email: 'admin@travellr.test', password: 'an admin password' };

export interface TestAppOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Several applications on one database stand for several processes. */
  readonly database?: TestDatabase;
  readonly clock?: Clock;
}

/**
 * The whole product over real HTTP on a database of its own. Real: PostgreSQL, every module, the mock gateway. Not real: the clock,
 * which stands still until it is moved, and the worker, which works when {@link drain} or a sweep is called.
 */
export class TestApp {
  private readonly letBooksBe: () => void;

  private constructor(
    readonly nest: NestFastifyApplication,
    readonly url: string,
    readonly clock: ManualClock,
    readonly database: TestDatabase,
    private readonly pool: pg.Pool,
    private readonly ownsDatabase: boolean,
  ) {
    this.letBooksBe = keepBalanced((statement) => this.query(statement));
  }

  static async start({
    env = {},
    database,
    clock = new ManualClock(),
  }: TestAppOptions = {}): Promise<TestApp> {
    const own = database ?? (await createTestDatabase());
    const config = loadConfig({
      NODE_ENV: 'test',
      DATABASE_URL: own.url,
      DATABASE_POOL_SIZE: '8',
      JWT_SECRET: 'a secret of the test suite, long enough',
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
      WORKER: 'off',
      LOG_LEVEL: 'silent',
      PORT: '0',
      RATE_LIMIT: 'off',
      ...env,
    });
    const module = await Test.createTestingModule({ imports: [AppModule.forRoot(config)] })
      .overrideProvider(Clock)
      .useValue(clock)
      .compile();
    const nest = module.createNestApplication<NestFastifyApplication>(createAdapter(config.http), {
      rawBody: true,
      logger: false,
    });
    await configureApp(nest, config);
    await nest.listen(0, '127.0.0.1');
    const pool = openPool({ connectionString: own.url, max: 3 });
    return new TestApp(nest, await nest.getUrl(), clock as ManualClock, own, pool, database === undefined);
  }

  /** An anonymous visitor. */
  client(): ApiClient {
    return new ApiClient(`${this.url}/api/v1`);
  }

  get<T>(type: abstract new (...args: never[]) => T): T {
    return this.nest.get(type);
  }

  /** Relays every event and runs every job that is due, and those that these bring about. */
  drain(): Promise<void> {
    return this.get(Backlog).clear();
  }

  /** Reads past the product, for what it does not tell. */
  async query<T>(statement: string, parameters: unknown[] = []): Promise<T[]> {
    return (await this.pool.query(statement, parameters)).rows as T[];
  }

  async stop(): Promise<void> {
    this.letBooksBe();
    await this.nest.close();
    await this.pool.end();
    if (this.ownsDatabase) await this.database.drop();
  }
}
