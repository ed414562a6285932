import { openDatabase } from '@app/database';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { Product } from './support/product.js';

/** Real processes and the real embedded PostgreSQL: what a newcomer gets from `npm start`. */
describe('npm start', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'travellr-start-'));
  const products: Product[] = [];

  beforeAll(() => chmodSync(dataDir, 0o755));

  afterAll(async () => {
    await Promise.all(products.map(async (product) => product.end('SIGKILL')));
    await (await embedded()).close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('runs from nothing, survives kill -9, shares its database, and leaves nothing running', async () => {
    const first = await start();
    expect(first.output).toContain('PostgreSQL started');
    await write('INSERT INTO ledger_accounts (id, name, currency) VALUES (gen_random_uuid(), $1, $2)');
    await first.end('SIGKILL');
    expect(isPostgresRunning()).toBe(true);

    const [second, third] = await Promise.all([start(), start()]);
    expect(second.output).toContain('PostgreSQL was running');
    expect(third.output).toContain('PostgreSQL was running');
    expect(await count()).toBe(1);

    expect(await second.end('SIGHUP')).toBe(0); // of a terminal that closes
    expect((await fetch(`${third.url}/health/live`)).status).toBe(200);
    expect(await third.end('SIGINT')).toBe(0);
    expect(isPostgresRunning()).toBe(false);
  }, 300_000);

  it('names the setting that is wrong, never its value', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/start.mjs', 'api'], {
      cwd: join(__dirname, '..'),
      env: { PATH: process.env['PATH'], DATA_DIR: dataDir, NODE_ENV: 'development', JWT_SECRET: 'hunter2' },
      encoding: 'utf8',
    });

    expect(status).toBe(1);
    expect(stderr).toContain('JWT_SECRET must have at least 32 characters');
    expect(stderr).not.toContain('hunter2');
  });

  it('says which server it cannot reach, never the password', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/start.mjs', 'api'], {
      cwd: join(__dirname, '..'),
      env: {
        PATH: process.env['PATH'],
        DATA_DIR: dataDir,
        DATABASE_URL: 'postgres://ada:hunter2@127.0.0.1:1/x',
      },
      encoding: 'utf8',
    });

    expect(status).toBe(1);
    expect(stderr).toContain('127.0.0.1:1');
    expect(stderr).not.toContain('hunter2');
  });

  async function start(): Promise<Product> {
    const product = await Product.start(dataDir);
    products.push(product);
    return product;
  }

  const isPostgresRunning = (): boolean => existsSync(join(dataDir, 'postgres/data/postmaster.pid'));
  const embedded = async () =>
    openDatabase({ dataDir, database: { poolSize: 2, prepared: true, migrate: false } }, () => undefined);

  async function write(statement: string): Promise<void> {
    await withClient(async (client) => client.query(statement, ['platform:test', 'USD']));
  }

  async function count(): Promise<number | null> {
    return withClient(async (client) => (await client.query('SELECT FROM ledger_accounts')).rowCount);
  }

  async function withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const database = await embedded();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
      await database.close();
    }
  }
});
