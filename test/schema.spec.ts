import { migrations } from '@app/database';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { TestApp } from './support/app.js';
import { administer, createTestDatabase, type TestDatabase } from './support/database.js';
import { describeSchema, unindexedForeignKeys } from './support/schema.js';

/** Written by hand-made SQL only. `migrations` is TypeORM's own. */
const TABLES_WITHOUT_ENTITY = ['idempotency_keys', 'migrations', 'mock_gateway_keys'];

/** What an entity cannot say: triggers and their functions, and indexes of expressions, with INCLUDE, by GIN, or where one null equals another. */
const BEYOND_ENTITIES = [
  ...TABLES_WITHOUT_ENTITY,
  'bookings_archivable',
  'journals_balanced',
  'ledger_accounts_key',
  'ledger_immutable',
  'postings_account',
  'raise_trip_version',
  'refuse_ledger_change()',
  'refuse_unbalanced_journal()',
  'take_event(',
  'trips_listed_search',
  'trip_units_deleted',
  'trip_units_updated',
  'trips_search',
  'trips_version',
  'write_trip_search()',
];

describe('the schema that the migrations make', () => {
  let database: TestDatabase;
  let client: Client;
  let commandLine: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
    commandLine = await dataSourceOfOrmconfig(database.url);
    await commandLine.initialize();
  });

  afterAll(async () => {
    await commandLine.destroy();
    await client.end();
    await database.drop();
  });

  it('leaves `migration:generate` nothing to do', async () => {
    const { upQueries } = await commandLine.driver.createSchemaBuilder().log();

    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  /** More than TypeORM compares: it knows checks, indexes and keys by their names alone. */
  it('is what the entities would make of nothing, to the last check and index', async () => {
    const migrated = await describeSchema(client);
    const made = await schemaOfEntities(commandLine);
    const expressible = (line: string) => !BEYOND_ENTITIES.some((name) => line.includes(name));

    expect(made.filter(expressible)).toEqual(migrated.filter(expressible));
    expect(made.filter(expressible).length).toBeGreaterThan(200);
    expect(BEYOND_ENTITIES.filter((name) => !migrated.some((line) => line.includes(name)))).toEqual([]);
  });

  it('has an entity for every table but those written in SQL alone', async () => {
    const { rows } = await client.query<{ tablename: string }>(
      `SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename COLLATE "C"`,
    );

    expect(rows.map(({ tablename }) => tablename)).toEqual(
      [...tablesOf(commandLine), ...TABLES_WITHOUT_ENTITY].sort(),
    );
  });

  it('is known to the command line as to the product', async () => {
    const app = await TestApp.start({ database });
    const product = tablesOf(app.get(DataSource));
    await app.stop();

    expect(tablesOf(commandLine)).toEqual(product);
  });

  it('has an index for every foreign key, so that neither a join nor a delete reads a whole table', async () => {
    expect(await unindexedForeignKeys(client)).toEqual([]);

    await client.query('DROP INDEX refunds_booking');
    expect(await unindexedForeignKeys(client)).toEqual(['refunds_booking_fkey (booking_id)']);
    await client.query('CREATE INDEX refunds_booking ON refunds (booking_id)');
  });

  it('comes down without a trace and up again the same', async () => {
    const before = await describeSchema(client);

    for (const _ of migrations) await commandLine.undoLastMigration({ transaction: 'each' });
    expect((await describeSchema(client)).filter((line) => !line.includes('migrations'))).toEqual([]);

    await commandLine.runMigrations({ transaction: 'each' });
    expect(await describeSchema(client)).toEqual(before);
    expect(before.length).toBeGreaterThan(200);
  });
});

/** What `npm run migration:generate` works with, on this database. */
async function dataSourceOfOrmconfig(url: string): Promise<DataSource> {
  const environment = { ...process.env };
  Object.assign(process.env, { DATABASE_URL: url, NODE_ENV: 'test' });
  try {
    return await (
      await import('../ormconfig.js')
    ).default;
  } finally {
    process.env = environment;
  }
}

async function schemaOfEntities({ options }: DataSource): Promise<string[]> {
  const empty = await createTestDatabase();
  const dataSource = new DataSource({ ...options, url: empty.url } as typeof options);
  const client = new Client({ connectionString: empty.url });
  try {
    await administer('DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE EXTENSION citext', empty.url);
    await dataSource.initialize();
    await dataSource.synchronize();
    await client.connect();
    return await describeSchema(client);
  } finally {
    await client.end();
    await dataSource.destroy();
    await empty.drop();
  }
}

const tablesOf = (dataSource: DataSource) =>
  dataSource.entityMetadatas.map(({ tableName }) => tableName).sort();
