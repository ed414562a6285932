import { DataSource } from 'typeorm';
import { Catalogue } from '../../../../test/support/catalogue.js';
import { newVendor, sellingTrip, tripDraft, type SellingTrip } from '../../../../test/support/trips.js';
import { TripSearchQuery } from './trip-search.dto.js';
import { TripSearch } from './trip-search.js';

const priced = (amount: number, currency = 'USD') => ({
  currency,
  units: [{ type: 'adult', price: { amount, currency } }],
});

describe('the search for trips', () => {
  let catalogue: Catalogue;
  let walk: SellingTrip;
  let boat: SellingTrip;
  let feast: SellingTrip;
  let names: Map<string, string>;

  beforeAll(async () => {
    catalogue = await Catalogue.open();
    walk = await sellingTrip(catalogue, { ...priced(5_000), title: 'Walking the salt pans' });
    boat = await sellingTrip(catalogue, {
      ...priced(9_000),
      title: 'Boat',
      country: 'BO',
      location: 'Copacabana',
    });
    feast = await sellingTrip(catalogue, {
      ...priced(9_000, 'EUR'),
      title: 'Feast',
      description: 'With a walk',
    });
    names = new Map([
      [walk.id, 'walk'],
      [boat.id, 'boat'],
      [feast.id, 'feast'],
    ]);
    const { owner } = await newVendor(catalogue);
    await catalogue.send('POST', '/trips', owner, { ...tripDraft, title: 'Walking draft' });
    await walk.departure({ capacity: 2, localStart: '2027-03-01T22:00:00' });
    await boat.departure({ capacity: 8, localStart: '2027-03-05T09:00:00' });
  });
  afterAll(() => catalogue.close());

  const search = async (query: string) => (await catalogue.send('GET', `/trips?${query}`)).body;
  const found = async (query: string) =>
    (await search(query)).data.map(({ id }: { id: string }) => names.get(id) ?? 'stranger');

  it('finds what is listed, the newest first', async () => {
    expect(await found('')).toEqual(['feast', 'boat', 'walk']);
    expect((await search('country=BO')).data[0]).toEqual(
      (await catalogue.send('GET', `/trips/${boat.id}`)).body,
    );
  });

  it.each([
    ['q=walk', ['feast', 'walk']],
    ['q=walk -salt', ['feast']],
    ['q="salt pans"&country=PE', ['walk']],
    ['q=copacabana', ['boat']],
    ["q=') OR 1=1 --", []],
    ['q=the', []],
    ['country=BO', ['boat']],
    ['country=CL', []],
    ['currency=EUR', ['feast']],
    ['minPrice=6000&currency=USD', ['boat']],
    ['maxPrice=5000', ['walk']],
    ['minPrice=5000&maxPrice=5000', ['walk']],
    ['minPrice=5001&maxPrice=8999', []],
    ['sort=price', ['walk', 'boat', 'feast']],
    ['sort=-price', ['feast', 'boat', 'walk']],
    ['seats=2', ['boat', 'walk']],
    ['seats=3', ['boat']],
    ['seats=9', []],
    ['from=2027-03-01&to=2027-03-01', ['walk']],
    ['from=2027-03-02', ['boat']],
    ['to=2027-03-04', ['walk']],
    ['from=2027-03-02T03:00:00Z&to=2027-03-02T03:00:00Z', ['walk']],
    ['from=2027-03-02T03:00:01Z&to=2027-03-05T13:59:59Z', []],
    ['from=2027-03-01&seats=3&country=BO&q=boat&sort=price&minPrice=1&maxPrice=9000&currency=USD', ['boat']],
  ])('understands %s', async (query, names) => {
    expect(await found(encodeURI(query))).toEqual(names);
  });

  it.each(['', 'sort=price', 'sort=-price'])(
    'pages through all of it, each once, with "%s"',
    async (sort) => {
      const pages: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page = await search(`${sort}&limit=1${cursor && `&cursor=${cursor}`}`);
        pages.push(...page.data.map(({ id }: { id: string }) => names.get(id)));
        cursor = page.nextCursor;
      }
      expect(pages).toEqual(await found(sort));
    },
  );

  it.each([
    ['sort', 'sort=name'],
    ['from', 'from=2027-02-30'],
    ['to', 'from=2027-03-02&to=2027-03-01'],
    ['minPrice', 'minPrice=-1'],
    ['minPrice', 'minPrice=1.5'],
    ['minPrice', 'minPrice=2&maxPrice=1'],
    ['seats', 'seats=0'],
    ['country', 'country=XX'],
    ['currency', 'currency=usd'],
    ['limit', 'limit=101'],
    ['cursor', 'cursor=WzFd'],
    ['q', 'q=%00'],
    ['vendor', 'vendor=x'],
  ])('refuses a wrong %s: %s', async (field, query) => {
    const { status, errors } = await search(query);
    expect(status).toBe(422);
    expect(errors).toEqual([expect.objectContaining({ field })]);
  });

  it('does not find what is sold out, closed or past its cutoff', async () => {
    const { id } = (await catalogue.send('GET', `/trips/${walk.id}/departures`)).body.data[0];
    await catalogue.send('PATCH', `/departures/${id}`, walk.owner, { status: 'closed' });
    expect(await found('seats=1')).toEqual(['boat']);
    await catalogue.send('PATCH', `/departures/${id}`, walk.owner, { status: 'scheduled' });
    catalogue.clock.set('2027-03-02T02:00:00Z');
    expect(await found('seats=1')).toEqual(['boat']);
    catalogue.clock.set('2027-01-01T00:00:00Z');
  });
});

describe('a search among 20,000 trips and 60,000 departures', () => {
  let catalogue: Catalogue;

  beforeAll(async () => {
    catalogue = await Catalogue.open();
    const { vendorId } = await newVendor(catalogue);
    await catalogue.query(
      /* sql */ `
      INSERT INTO trips (id, vendor_id, slug, title, description, location, country, time_zone, duration_minutes, currency, status,
        booking_cutoff_minutes, cancellation_policy, price_from, listed, search, created_at, updated_at)
      SELECT gen_random_uuid(), $1, 'trip-' || n, 'Walk number ' || n, 'A day out with ' || md5(n::text), 'Place ' || n % 500,
        (ARRAY['PE', 'BO', 'CL', 'EC', 'JP', 'IT', 'ES', 'FR', 'KE', 'NZ'])[1 + n % 10], 'UTC', 60,
        (ARRAY['USD', 'EUR', 'JPY'])[1 + n % 3], 'published', 0, '{"name":"custom","tiers":[]}', 1000 + n * 7919 % 50000,
        n % 20 > 0, '', '2027-01-01', '2027-01-01'
      FROM generate_series(1, 20000) n`,
      [vendorId],
    );
    await catalogue.query(/* sql */ `
      INSERT INTO departures (id, trip_id, local_start, starts_at, ends_at, cutoff_at, capacity, sellable, status, created_at, updated_at)
      SELECT gen_random_uuid(), trip.id, to_char(start, 'YYYY-MM-DD"T"HH24:MI:SS'), start, start + interval '1 hour', start,
        2 + n * 3, trip.listed, 'scheduled', '2027-01-01', '2027-01-01'
      FROM trips trip CROSS JOIN generate_series(1, 3) n,
        LATERAL (SELECT timestamptz '2027-01-01Z' + (n * 100 + hashtext(trip.slug) % 90) * interval '1 day' AS start) AS at`);
    await catalogue.query('VACUUM ANALYZE trips, departures');
  });
  afterAll(() => catalogue.close());

  const plan = async (search: Partial<TripSearchQuery>): Promise<string> => {
    const query = catalogue.get(TripSearch).query(Object.assign(new TripSearchQuery(), search));
    const [sql, parameters] = query.getQueryAndParameters();
    const rows = await catalogue
      .get(DataSource)
      .query<Record<'QUERY PLAN', string>[]>(`EXPLAIN ANALYZE ${sql}`, parameters);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };

  it.each<[string, Partial<TripSearchQuery>]>([
    ['nothing', {}],
    ['a word of few', { q: 'walk 777' }],
    ['a word of all', { q: 'walk' }],
    ['a country', { country: 'JP' }],
    ['a currency', { currency: 'JPY' }],
    ['a price range', { minPrice: 40_000, maxPrice: 41_000 }],
    [
      'a price range in a currency, by price',
      { minPrice: 4_000, maxPrice: 40_000, currency: 'EUR', sort: 'price' },
    ],
    ['the lowest price', { sort: 'price' }],
    ['the highest price in a country', { sort: '-price', country: 'PE' }],
    ['seats', { seats: 4 }],
    ['more seats than there are', { seats: 500 }],
    ['a day', { from: '2027-06-01', to: '2027-06-01' }],
    ['a month', { from: '2027-06-01', to: '2027-06-30', seats: 2 }],
    ['a year', { from: '2027-01-01T00:00:00Z', to: '2027-12-31T00:00:00Z' }],
    [
      'everything',
      {
        q: 'walk',
        country: 'IT',
        currency: 'USD',
        from: '2027-06-01',
        to: '2027-09-30',
        seats: 3,
        sort: 'price',
      },
    ],
  ])('for %s reads indexes only', async (_, search) => {
    const text = await plan(search);
    expect(text).toMatch(/Index (Only )?Scan/);
    expect(text).not.toMatch(/Seq Scan/);
  });
});
