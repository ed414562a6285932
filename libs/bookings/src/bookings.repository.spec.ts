import { Transactor, type Tx } from '@app/database';
import { newId } from '@app/kernel';
import { TestApp } from '../../../test/support/app.js';
import { expectOk, Shop, type Person } from '../../../test/support/shop.js';
import { BookingsRepository } from './bookings.repository.js';

describe('bookings on record', () => {
  let app: TestApp;
  let shop: Shop;
  let bookings: BookingsRepository;
  let traveller: Person;
  let offer: Awaited<ReturnType<Shop['open']>>;
  let ids: string[];

  beforeAll(async () => {
    app = await TestApp.start();
    shop = new Shop(app);
    bookings = app.get(BookingsRepository);
    traveller = await shop.traveller();
    offer = await shop.open();
    ids = [];
    for (let made = 0; made < 5; made += 1) ids.unshift((await shop.book(traveller, offer)).id);
    expectOk(await traveller.post(`/bookings/${ids[0]}/cancel`));
  });
  afterAll(() => app.stop());

  const run = <T>(work: (tx: Tx) => Promise<T>) => app.get(Transactor).run(work);
  const idsOf = (found: { id: string }[]) => found.map(({ id }) => id);

  it('are found by traveller, by vendor and all of them, newest first', async () => {
    const { vendorId } = offer.vendor;

    expect(idsOf(await bookings.findByUserId(traveller.id, { limit: 10 }))).toEqual(ids);
    expect(idsOf(await bookings.findByUserId(traveller.id, { limit: 2, before: ids[1] }))).toEqual(
      ids.slice(2, 4),
    );
    expect(idsOf(await bookings.findByVendorId(vendorId, { limit: 10, status: 'cancelled' }))).toEqual([
      ids[0],
    ]);
    expect(idsOf(await bookings.findByVendorId(newId(), { limit: 10 }))).toEqual([]);
    expect(idsOf(await bookings.findAll(2, 2))).toEqual(ids.slice(2, 4));
    expect((await bookings.findAll(1, 1))[0]!.items).toMatchObject([{ quantity: 1, amount: 10_000 }]);
  });

  it('are counted by status', async () => {
    expect(await bookings.countByStatus()).toEqual({ cancelled: 1, pending: 4 });
  });

  it('are found with their items, or not at all', async () => {
    expect(await bookings.findById(ids[1]!)).toMatchObject({ id: ids[1], items: [{ unitId: offer.unitId }] });
    expect(await bookings.findById(newId())).toBeNull();
    expect(await run((tx) => bookings.lock(newId(), tx))).toBeNull();
  });

  it('are not written over what someone else wrote', async () => {
    const [mine, theirs] = [(await bookings.findById(ids[1]!))!, (await bookings.findById(ids[1]!))!];
    theirs.contact = { name: 'Grace', email: 'grace@example.com' };
    await run((tx) => bookings.save(theirs, tx));

    await expect(run((tx) => bookings.save(mine, tx))).rejects.toThrow('written by someone else');
    await run((tx) => bookings.save(theirs, tx));
    expect(await bookings.findById(ids[1]!)).toMatchObject({ version: 3, contact: { name: 'Grace' } });
  });

  it('are updated and deleted', async () => {
    await run((tx) => bookings.update(ids[2]!, { contact: null }, tx));
    await run((tx) => bookings.update(ids[2]!, { contact: { name: 'Ada', email: 'ada@example.com' } }, tx));
    expect((await bookings.findById(ids[2]!))!.contact).toEqual({ name: 'Ada', email: 'ada@example.com' });

    const doomed = (await shop.book(traveller, offer)).id;
    await run((tx) => bookings.delete(doomed, tx));
    expect(await bookings.findById(doomed)).toBeNull();
    await app.query('UPDATE departures SET seats_held = seats_held - 1');
  });

  describe('over REST', () => {
    it('come in pages, and by status', async () => {
      const first = await traveller.get('/bookings?limit=2');
      expect(idsOf(first.body.data)).toEqual(ids.slice(0, 2));
      const second = await traveller.get(`/bookings?limit=3&cursor=${first.body.nextCursor}`);
      expect(idsOf(second.body.data)).toEqual(ids.slice(2));
      expect(second.body.nextCursor).toBeNull();
      expect(idsOf((await traveller.get('/bookings?status=cancelled')).body.data)).toEqual([ids[0]]);
      expect((await traveller.get('/bookings?cursor=abc')).status).toBe(422);
    });

    it('are seen by their traveller, their vendor and admins; to others they are not there', async () => {
      const stranger = await shop.traveller();
      const ofVendor = `/vendors/${offer.vendor.vendorId}/bookings`;

      expect(idsOf((await offer.vendor.get(ofVendor)).body.data)).toEqual(ids);
      expect((await stranger.get(ofVendor)).status).toBe(404);
      for (const path of [`/bookings/${ids[1]}`, `/bookings/${ids[1]}/cancellation-quote`]) {
        for (const each of [traveller, offer.vendor, await shop.adminClient()]) {
          expect((await each.get(path)).status).toBe(200);
        }
        expect((await stranger.get(path)).status).toBe(404);
      }
      expect((await stranger.post(`/bookings/${ids[1]}/cancel`)).status).toBe(404);
      expect((await traveller.get(`/bookings/${newId()}/cancellation-quote`)).status).toBe(404);
    });

    it('say in which capacity they were cancelled', async () => {
      const [byVendor, byAdmin] = [ids[3], ids[4]];

      const vendor = await offer.vendor.post(`/bookings/${byVendor}/cancel`, { reason: 'storm' });
      const admin = await (await shop.adminClient()).post(`/bookings/${byAdmin}/cancel`);

      expect([vendor.body.cancelledBy, admin.body.cancelledBy]).toEqual(['vendor', 'admin']);
    });
  });
});
