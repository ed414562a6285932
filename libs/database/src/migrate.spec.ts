import { Client } from 'pg';
import { createEmptyDatabase, type TestDatabase } from '../../../test/support/database.js';
import { migrate } from './migrate.js';
import { migrations } from './migrations/index.js';

describe('migrate', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createEmptyDatabase();
  });

  afterEach(async () => database.drop());

  it('runs each migration once when several processes start on an empty database at once', async () => {
    const ran = await Promise.all([migrate(database.url), migrate(database.url), migrate(database.url)]);

    expect(ran.flat()).toEqual(migrations.map(({ name }) => name));
    const client = new Client({ connectionString: database.url });
    await client.connect();
    expect((await client.query('SELECT FROM migrations')).rowCount).toBe(migrations.length);
    await client.end();
  });

  it('has nothing to do the second time', async () => {
    await migrate(database.url);

    expect(await migrate(database.url)).toEqual([]);
  });
});
