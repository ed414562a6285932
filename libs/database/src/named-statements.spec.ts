import { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { dataSourceOptions } from './data-source.js';
import { StatementNames } from './statement-names.js';
import { isTransient } from './transient.js';

describe('statements that come again', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  /** With one connection, so that a test knows whose statements it looks at. */
  const connect = (prepared: boolean) =>
    new DataSource(
      dataSourceOptions({
        url: database.url,
        poolSize: 1,
        applicationName: 'named-statements-spec',
        pooled: false,
        prepared,
      }),
    ).initialize();

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = await connect(true);
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const twice = async (text: string, parameters?: unknown[], on = dataSource) => {
    await on.query(text, parameters);
    return on.query<unknown[]>(text, parameters);
  };
  const kept = async (text: string, on = dataSource) =>
    (await on.query<{ statement: string }[]>('SELECT statement FROM pg_prepared_statements')).filter(
      ({ statement }) => statement === text,
    ).length;

  it('are kept by the connection', async () => {
    const text = 'SELECT $1::int + 1 AS sum';
    expect(await twice(text, [1])).toEqual([{ sum: 2 }]);
    expect(await dataSource.query(text, [41])).toEqual([{ sum: 42 }]);
    expect(await kept(text)).toBe(1);
  });

  it.each([
    ['come once', 'SELECT $1::int AS once', [1], 1],
    ['have no parameters', 'SELECT 1 AS none; SELECT 2 AS none', undefined, 2],
    ['are to be planned each time', '/* plan each time */ SELECT $1::int AS values', [1], 2],
  ])('are not when they %s', async (_, text, parameters, times) => {
    for (let time = 0; time < times; time++) await dataSource.query(text, parameters);
    expect(await kept(text)).toBe(0);
  });

  it('are not where a pooler would give them to another server process', async () => {
    const off = await connect(false);
    const text = 'SELECT $1::int + 2 AS off';
    await twice(text, [1], off);
    expect(await kept(text, off)).toBe(0);
    await off.destroy();
  });

  it('are so many and no more', () => {
    const names = new StatementNames(2);
    const name = (text: string) => [names.of(text), names.of(text)].at(-1);
    expect([name('a'), name('b'), name('c')]).toEqual([expect.any(String), expect.any(String), undefined]);
    expect(name('a')).toBe(names.of('a'));
    expect(names.of('b')).not.toBe(names.of('a'));
    expect(new StatementNames().of('x'.repeat(20_000)) ?? name('x'.repeat(20_000))).toBeUndefined();
  });

  describe('survive a migration that another process runs', () => {
    const text = 'SELECT * FROM guests WHERE id = $1';
    const migrate = (change: string) => dataSource.query(`ALTER TABLE guests ${change}`);
    beforeEach(async () => {
      await dataSource.query('DROP TABLE IF EXISTS guests; CREATE TABLE guests AS SELECT 1 AS id');
      await twice(text, [1]);
    });

    it('unnoticed when it is the first thing they are sent for', async () => {
      await migrate('ADD name text');
      expect(await twice(text, [1])).toEqual([{ id: 1, name: null }]);
    });

    it('for the price of a transaction that others may repeat, and no other', async () => {
      await migrate('ADD name text');
      const failure = await dataSource
        .transaction((tx) => tx.query(text, [1]))
        .catch((error: unknown) => error);
      expect(isTransient(failure)).toBe(true);
      expect(await dataSource.transaction((tx) => tx.query(text, [1]))).toEqual([{ id: 1, name: null }]);
    });

    it('and a server that has forgotten them', async () => {
      await dataSource.query('DEALLOCATE ALL');
      expect(await dataSource.query(text, [1])).toEqual([{ id: 1 }]);
    });

    it('yet what is wrong with them is told', async () => {
      await dataSource.query('DROP TABLE guests');
      await expect(dataSource.query(text, [1])).rejects.toThrow('relation "guests" does not exist');
    });
  });

  it('have a plan that holds when the table has grown, though it was made when it was nearly empty', async () => {
    await dataSource.query('CREATE TABLE guests2 (id int PRIMARY KEY); INSERT INTO guests2 VALUES (1), (2)');
    await dataSource.query('ANALYZE guests2');
    const plan = await dataSource.query('EXPLAIN SELECT FROM guests2 WHERE id = 1');
    expect(JSON.stringify(plan)).toMatch(/Index (Only )?Scan/);
  });
});
