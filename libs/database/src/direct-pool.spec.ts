import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { directPool } from './direct-pool.js';

describe('the pool past any pooler', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('waits for nothing without end, and has the server look after who is still there', async () => {
    const pool = directPool({ url: database.url, applicationName: 'direct-spec', max: 1 });

    const { rows } = await pool.query<{ name: string; setting: string }>(
      `SELECT name, setting FROM pg_settings WHERE source = 'client'`,
    );

    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toMatchObject({
      application_name: 'direct-spec',
      statement_timeout: '30000',
      idle_in_transaction_session_timeout: '60000',
      tcp_keepalives_idle: '10',
      tcp_keepalives_interval: '5',
      tcp_keepalives_count: '3',
      tcp_user_timeout: '20000',
    });
    expect(pool.options).toMatchObject({ connectionTimeoutMillis: 10_000 });
    await pool.end();
  });
});
