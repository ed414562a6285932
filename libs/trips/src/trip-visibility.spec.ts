import { newId } from '@app/kernel';
import { Catalogue } from '../../../test/support/catalogue.js';
import { newVendor, sellingTrip, tripDraft } from '../../../test/support/trips.js';

describe('trips are seen', () => {
  let catalogue: Catalogue;

  beforeAll(async () => {
    catalogue = await Catalogue.open();
  });
  afterAll(() => catalogue.close());

  const draft = (token: string) => catalogue.send('POST', '/trips', token, tripDraft);
  const publish = (token: string, id: string) => catalogue.send('POST', `/trips/${id}/publish`, token);

  it('by their vendor and admins until they are published, then by everyone, also by slug', async () => {
    const { owner } = await newVendor(catalogue);
    const { id, slug } = (await draft(owner)).body;
    const others = [undefined, await catalogue.user(), (await newVendor(catalogue)).owner];
    for (const path of [`/trips/${id}`, `/trips/${slug}`]) {
      for (const token of others) expect((await catalogue.send('GET', path, token)).status).toBe(404);
      for (const token of [owner, await catalogue.user('admin')]) {
        expect((await catalogue.send('GET', path, token)).status).toBe(200);
      }
    }
    await publish(owner, id);
    for (const path of [`/trips/${id}`, `/trips/${id.toUpperCase()}`, `/trips/${slug}`]) {
      for (const token of others) {
        expect((await catalogue.send('GET', path, token)).body).toMatchObject({ id, status: 'published' });
      }
    }
    expect((await catalogue.send('GET', `/trips/${newId()}`)).status).toBe(404);
    expect((await catalogue.send('GET', '/trips/no-such-trip')).status).toBe(404);
    expect((await catalogue.send('GET', '/trips/%00')).status).toBe(404);
  });

  it('as they are now, although they are cached', async () => {
    const trip = await sellingTrip(catalogue);
    const read = async () => (await catalogue.send('GET', `/trips/${trip.id}`)).body;
    expect((await read()).title).toBe(tripDraft.title);
    await catalogue.send('PATCH', `/trips/${trip.id}`, trip.owner, { title: 'Another' });
    expect((await read()).title).toBe('Another');
    await catalogue.query(`UPDATE trips SET title = 'Behind its back' WHERE id = $1`, [trip.id]);
    expect((await read()).title).toBe('Another');
    catalogue.clock.advance(5_000);
    expect((await read()).title).toBe('Behind its back');
  });

  it('by their vendor in one list, whatever their status', async () => {
    const { owner, vendorId } = await newVendor(catalogue);
    const ids = [(await draft(owner)).body.id, (await draft(owner)).body.id, (await draft(owner)).body.id];
    await publish(owner, ids[1]);
    const list = async (query: string, token = owner) =>
      (await catalogue.send('GET', `/vendors/${vendorId}/trips${query}`, token)).body;
    const first = await list('?limit=2');
    expect(first.data.map((trip: { id: string }) => trip.id)).toEqual([ids[2], ids[1]]);
    expect(first.data[0].units).toHaveLength(1);
    const second = await list(`?limit=2&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ data: [{ id: ids[0] }], nextCursor: null });
    expect((await list('?status=published')).data).toMatchObject([{ id: ids[1] }]);
    expect((await list('', await catalogue.user())).status).toBe(404);
  });

  it('by whoever has booked them, with their departures, also once they are archived', async () => {
    const trip = await sellingTrip(catalogue);
    const departureId = await trip.departure();
    const [patron, stranger] = [await catalogue.user(), await catalogue.user()];
    catalogue.patrons.book(patron, trip.id);
    const { slug } = (await catalogue.send('GET', `/trips/${trip.id}`)).body;
    await catalogue.send('DELETE', `/trips/${trip.id}`, trip.owner);

    for (const path of [`/trips/${trip.id}`, `/trips/${slug}`, `/departures/${departureId}`]) {
      expect((await catalogue.send('GET', path, patron)).status).toBe(200);
      expect((await catalogue.send('GET', path, stranger)).status).toBe(404);
      expect((await catalogue.send('GET', path)).status).toBe(404);
    }
  });

  it('by those, yet not changed', async () => {
    const trip = await sellingTrip(catalogue);
    const patron = await catalogue.user();
    catalogue.patrons.book(patron, trip.id);

    expect((await catalogue.send('PATCH', `/trips/${trip.id}`, patron, { title: 'Mine' })).status).toBe(404);
    expect((await catalogue.send('DELETE', `/trips/${trip.id}`, patron)).status).toBe(404);
  });
});
