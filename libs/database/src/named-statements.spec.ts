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

  describe('of which clients decide the text', () => {
    const many = Array.from({ length: 100 }, (_, n) => n + 1);
    const list = (limit: number, where = '') =>
      `SELECT id FROM departures WHERE trip_id = $1 ${where} ORDER BY id LIMIT ${limit + 1}`;
    const times = (count: number, of: (n: number) => string) =>
      Array.from({ length: count }, (_, n) => of(n + 1)).join(', ');
    const texts: [string, (n: number) => string][] = [
      ['by a limit', (n) => list(n)],
      ['by a page', (n) => `SELECT id FROM users WHERE name = $1 LIMIT 50 OFFSET ${n}`],
      ['by how many they look for', (n) => `SELECT id FROM trips WHERE id IN (${times(n, (i) => `$${i}`)})`],
      [
        'by how many they write',
        (n) =>
          `INSERT INTO units (id, rank) VALUES ${times(n, (i) => `($${2 * i}, DEFAULT, $${2 * i + 1})`)}`,
      ],
      [
        'by what they write',
        (n) => `UPDATE "trips" SET ${times(n, (i) => `"column${i}" = $${i}`)} WHERE "id" = $${n + 1}`,
      ],
      [
        'by what they leave out',
        (n) =>
          `INSERT INTO "trips"("id", "title", "slug") VALUES (${n & 1 ? '$1, ' : 'DEFAULT, '}${n & 2 ? '$2, ' : 'DEFAULT, '}$3)`,
      ],
    ];
    const named = (names: StatementNames, asked: readonly string[]) =>
      new Set(asked.filter((text) => (names.of(text), names.of(text)) !== undefined)).size;

    it.each(texts)('do not use up the names: %s', (_, text) => {
      const names = new StatementNames();
      expect(
        named(
          names,
          many.map((n) => text(n)),
        ),
      ).toBeLessThanOrEqual(3);
      expect(named(names, ['SELECT $1::int AS other'])).toBe(1);
    });

    it('leave the usual page its own, and other lists theirs', () => {
      const names = new StatementNames();
      named(
        names,
        many.filter((n) => n !== 20).map((n) => list(n)),
      );

      const later = 'AND starts_at > $2';
      expect(named(names, [list(20), list(20, later), list(37, later)])).toBe(3);
    });
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
