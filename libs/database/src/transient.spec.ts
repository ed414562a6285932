import { Pool, type Client } from 'pg';
import { DataSource, QueryFailedError } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { dataSourceOptions } from './data-source.js';
import { isTransient } from './transient.js';

const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('what passes by itself', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('is a pool with no connection left, a connection that was cut, and a server that is not there', async () => {
    const pool = new Pool({ connectionString: database.url, max: 1, connectionTimeoutMillis: 500 });
    pool.on('error', () => undefined);
    const held = await pool.connect();
    held.on('error', () => undefined);
    expect(isTransient(await failure(pool.query('SELECT 1')))).toBe(true);
    expect(isTransient(await failure(held.query('SELECT pg_terminate_backend(pg_backend_pid())')))).toBe(
      true,
    );
    held.release(true);
    await pool.end();

    const nowhere = new Pool({ host: '127.0.0.1', port: 1 });
    expect(isTransient(await failure(nowhere.query('SELECT 1')))).toBe(true);
  });

  it('is a transaction whose connection is lost between two statements', async () => {
    const { url } = database;
    const dataSource = await new DataSource(
      dataSourceOptions({
        url,
        poolSize: 2,
        applicationName: 'transient-spec',
        pooled: false,
        prepared: true,
      }),
    ).initialize();
    try {
      const lost = dataSource.transaction(async (tx) => {
        const [{ pid }] = await tx.query('SELECT pg_backend_pid() AS pid');
        const { databaseConnection } = tx.queryRunner as unknown as { databaseConnection: Client };
        const ended = new Promise((resolve) => databaseConnection.once('end', resolve));
        await dataSource.query('SELECT pg_terminate_backend($1)', [pid]);
        await ended;
        await tx.query('SELECT 1');
      });

      expect(isTransient(await failure(lost))).toBe(true);
    } finally {
      await dataSource.destroy();
    }
  });

  it('is what a pooler says of itself, see test/pgbouncer.spec.ts', () => {
    const said = Object.assign(new Error('query_wait_timeout'), { code: '08P01', severity: 'FATAL' });

    expect(isTransient(said)).toBe(true);
  });

  it('is a deadlock, also as TypeORM tells it; not a wrong statement, nor what is no error at all', () => {
    const as = (code: string, severity = 'ERROR') =>
      new QueryFailedError('SELECT 1', [], Object.assign(new Error('x'), { code, severity }));
    expect(isTransient(as('40P01'))).toBe(true);
    expect(isTransient(as('42P01'))).toBe(false);
    expect(isTransient(as('08P01'))).toBe(false);
    expect(isTransient(new Error('anything'))).toBe(false);
    expect(isTransient('40P01')).toBe(false);
  });
});
