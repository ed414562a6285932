import { BookingsRepository } from '@app/bookings';
import { DataSource } from 'typeorm';
import { HoldExpiry } from '../libs/bookings/src/hold-expiry.js';
import { Quotes } from '../libs/trips/src/departures/quotes.js';
import { TestApp } from './support/app.js';
import type { ApiClient } from './support/client.js';
import { seedMany } from './support/many-trips.js';
import { keptPlansOf, keptReadingOf, readingOf, statementsOf } from './support/plans.js';
import { expectOk, Shop, type Person } from './support/shop.js';

/** A page is found by looking at so many rows, however many trips, departures and bookings there are. */
const MOST_ROWS = 3_000;
/** PostgreSQL makes up its mind at the sixth. */
const TIMES = 8;

/** With all these rows nothing that people wait for may read a whole table, nor walk a whole index. */
describe('among 20,000 trips, 40,000 departures and 10,000 bookings', () => {
  let app: TestApp;
  let dataSource: DataSource;
  let vendor: Person & { vendorId: string };
  let traveller: Person;
  let admin: ApiClient;

  beforeAll(async () => {
    app = await TestApp.start();
    dataSource = app.get(DataSource);
    const shop = new Shop(app);
    [vendor, traveller, admin] = [await shop.vendor(), await shop.traveller(), await shop.adminClient()];
    await seedMany((statement) => app.query(statement), { vendorId: vendor.vendorId, userId: traveller.id });
  }, 300_000);
  afterAll(() => app.stop());

  const idOf = async (table: string, offset = 777) =>
    (await app.query<{ id: string }>(`SELECT id FROM ${table} ORDER BY id LIMIT 1 OFFSET ${offset}`))[0]!.id;
  const oldestLive = async () =>
    (
      await app.query<{ id: string }>('SELECT min(id::text) AS id FROM bookings WHERE archived_at IS NULL')
    )[0]!.id;
  const get = (client: ApiClient, path: string) =>
    statementsOf(dataSource, async () => expectOk(await client.get(path)));
  const search = (query: string) => get(app.client(), `/trips?${query}`);

  it.each([
    '',
    'q=walk',
    'q=axolotl',
    'q=zeppelin',
    'q=walk place 77',
    'q=walk&country=NZ&sort=price',
    'country=JP',
    'country=NZ',
    'country=NZ&sort=-price',
    'currency=JPY',
    'minPrice=40000&maxPrice=41000',
    'minPrice=4000&maxPrice=40000&currency=EUR&sort=price',
    'minPrice=40000&maxPrice=41000&currency=EUR&country=PE',
    'sort=price',
    'sort=-price&country=PE',
    'seats=4',
    'seats=500',
    'from=2027-06-01&to=2027-06-01',
    'from=2027-06-01&to=2027-06-03&sort=price',
    'from=2027-06-01&to=2027-06-05&sort=-price',
    'from=2027-06-01&to=2027-06-09',
    'from=2027-06-01&to=2027-06-30&seats=2',
    'from=2027-06-01&to=2027-06-30&country=NZ&sort=price',
    'from=2027-02-01T00:00:00Z&to=2027-12-31T00:00:00Z',
    'from=2029-06-01',
    'q=walk&country=IT&currency=USD&from=2027-06-01&to=2027-09-30&seats=3&sort=price',
  ])('the search for "%s" looks at a few rows', async (query) => {
    const statements = await search(query);
    const { whole, rows } = await readingOf(dataSource, statements);
    expect({ statements: statements.length, whole }).toEqual({ statements: 1, whole: [] });
    expect(rows).toBeLessThan(MOST_ROWS);
  });

  it.each(['newest', 'price', '-price'])(
    'words that are common, and only together, are found in the order of the page: %s',
    async (sort) => {
      const found = expectOk(await app.client().get(`/trips?q=salt pans&sort=${sort}&limit=5`)).data;
      const { rows } = await readingOf(dataSource, await search(`q=salt pans&sort=${sort}&limit=6`));
      const by = { newest: 'id DESC', price: 'price_from, id', '-price': 'price_from DESC, id DESC' }[sort];
      const all = await app.query<{ id: string }>(
        `SELECT id FROM trips WHERE listed AND description LIKE '%salt pans%' ORDER BY ${by} LIMIT 5`,
      );
      expect(found.map(({ id }: { id: string }) => id)).toEqual(all.map(({ id }) => id));
      expect(rows).toBeLessThan(MOST_ROWS / 3);
    },
  );

  const reads: [string, () => Promise<unknown>][] = [
    ['a trip', async () => app.client().get(`/trips/${await idOf('trips')}`)],
    ['a departure', async () => app.client().get(`/departures/${await idOf('departures')}`)],
    ['departures of a trip', async () => app.client().get(`/trips/${await idOf('trips')}/departures`)],
    ["a vendor's trips", () => vendor.get(`/vendors/${vendor.vendorId}/trips`)],
    ['a booking', async () => traveller.get(`/bookings/${await idOf('bookings')}`)],
    ["a traveller's bookings", () => traveller.get('/bookings?status=confirmed')],
    ["a vendor's bookings", () => vendor.get(`/vendors/${vendor.vendorId}/bookings`)],
    ['all bookings', () => admin.get('/admin/bookings')],
    ['all bookings of a status', () => admin.get('/admin/bookings?status=pending')],
    [
      'the last page of all bookings, behind which is the archive',
      async () => app.get(BookingsRepository).findPage({}, { limit: 21, before: await oldestLive() }),
    ],
    ['the claim of lapsed holds', () => app.get(HoldExpiry).expireLapsed()],
  ];

  it.each(reads)('%s: no table is read whole', async (_, read) => {
    const statements = await statementsOf(dataSource, read);
    expect(statements.length).toBeGreaterThan(0);
    for (const plan of [readingOf, keptReadingOf]) {
      const { whole, rows } = await plan(dataSource, statements);
      expect(whole).toEqual([]);
      expect(rows).toBeLessThan(MOST_ROWS);
    }
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a trip', async () => app.client().get(`/trips/${await idOf('trips', 778)}`)],
    ['a booking', async () => traveller.get(`/bookings/${await idOf('bookings')}`)],
    ['what a departure costs', async () => app.get(Quotes).renew(await idOf('departures'))],
  ])('%s: is not planned each time', async (_, read) => {
    const statements = await statementsOf(dataSource, read);
    expect(statements.length).toBeGreaterThan(0);
    for (const statement of statements)
      expect(await keptPlansOf(dataSource, statement, TIMES)).toBeGreaterThan(0);
  });

  it.each([
    ['trips_listed_search', 'DROP INDEX trips_listed_search', 'q=axolotl&limit=3'],
    ['departures_sellable_capacity', 'DROP INDEX departures_sellable_capacity', 'seats=500&limit=3'],
    ['trip_units_type_key', 'ALTER TABLE trip_units DROP CONSTRAINT trip_units_type_key', 'limit=3'],
  ])('this would notice the loss of %s', async (_, drop, query) => {
    const statements = await search(query);
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query(drop);
    const { whole, rows } = await readingOf(runner, statements);
    await runner.rollbackTransaction();
    await runner.release();
    expect(whole.length > 0 || rows >= MOST_ROWS).toBe(true);
  });
});
