import { Catalogue } from '../../../../test/support/catalogue.js';
import { newVendor, sellingTrip, tripDraft, type SellingTrip } from '../../../../test/support/trips.js';

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
