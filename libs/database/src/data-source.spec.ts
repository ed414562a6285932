import { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { connectionOf, dataSourceOptions } from './data-source.js';

describe('the data source', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(async () => database.drop());

  async function settingsOf(directUrl: string): Promise<Record<string, string>> {
    const config = { url: database.url, directUrl, poolSize: 2, prepared: true, migrate: true };
    const dataSource = new DataSource(dataSourceOptions(connectionOf(config, 'travellr-test')));
    await dataSource.initialize();
    const rows = await dataSource.query<{ name: string; setting: string }[]>(
      `SELECT name, setting FROM pg_settings WHERE source = 'client'`,
    );
    await dataSource.destroy();
    return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
  }

  it('talks in UTC, under its name, and waits for nothing without end', async () => {
    expect(await settingsOf(database.url)).toMatchObject({
      application_name: 'travellr-test',
      TimeZone: 'UTC',
      statement_timeout: '30000',
      idle_in_transaction_session_timeout: '60000',
    });
  });

  it('brings no setting that a pooler would refuse', async () => {
    const settings = await settingsOf('postgres://past.the.pooler/travellr');

    expect(Object.keys(settings)).not.toContain('statement_timeout');
  });

  it('needs a URL', () => {
    expect(() => connectionOf({ poolSize: 2, prepared: true, migrate: true }, 'travellr-test')).toThrow(
      'openDatabase() comes first',
    );
  });
});
