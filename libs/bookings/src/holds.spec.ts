import { newId } from '@app/kernel';
import { TestApp } from '../../../test/support/app.js';
import type { ApiClient } from '../../../test/support/client.js';
import { expectBooksInOrder, Shop, TRIP, type Person } from '../../../test/support/shop.js';
import { HoldExpiry } from './hold-expiry.js';

const MINUTE_MS = 60_000;
const FREE = { units: [{ type: 'adult', price: { amount: 0, currency: 'USD' } }] };

describe('holding seats', () => {
  let app: TestApp;
  let shop: Shop;
  let traveller: Person;

  beforeAll(async () => {
    app = await TestApp.start();
    shop = new Shop(app);
    traveller = await shop.traveller();
  });
  afterAll(() => app.stop());
  beforeEach(() => app.clock.set('2027-01-01T00:00:00Z'));
  afterEach(() => expectBooksInOrder(shop));

  const statusOf = async ({ id }: { id: string }) => (await traveller.get(`/bookings/${id}`)).body.status;
  const available = async ({ departure }: { departure: { id: string } }) =>
    (await traveller.get(`/departures/${departure.id}`)).body.seatsAvailable;
  const eventsOf = async ({ id }: { id: string }) =>
    (
      await app.query<{ name: string }>('SELECT name FROM outbox WHERE aggregate_id = $1 ORDER BY sequence', [
        id,
      ])
    ).map(({ name }) => name);
  const request = (
    offer: { departure: { id: string }; unitId: string },
    quantity = 1,
    client: ApiClient = traveller,
  ) =>
    client.post('/bookings', {
      departureId: offer.departure.id,
      items: [{ unitId: offer.unitId, quantity }],
    });

  it('lets a hold lapse after its minutes, to the millisecond', async () => {
    const offer = await shop.open({ capacity: 2 });
    const booking = await shop.book(traveller, offer, 2);

    app.clock.advance(15 * MINUTE_MS - 1);
    await app.get(HoldExpiry).sweep();
    expect(await statusOf(booking)).toBe('pending');
    expect(await available(offer)).toBe(0);

    app.clock.advance(1);
    await app.get(HoldExpiry).sweep();
    expect(await statusOf(booking)).toBe('expired');
    expect(await available(offer)).toBe(2);
    expect(await eventsOf(booking)).toEqual(['booking.created', 'booking.expired']);
  });

  it('releases each lapsed hold once, whoever sweeps', async () => {
    const offers = [await shop.open({ capacity: 5 }), await shop.open({ capacity: 5 })];
    for (const offer of offers) for (let seat = 0; seat < 5; seat += 1) await shop.book(traveller, offer);
    app.clock.advance(16 * MINUTE_MS);

    const released = await Promise.all([1, 2, 3].map(() => app.get(HoldExpiry).expireLapsed()));
    await app.get(HoldExpiry).sweep();

    expect(released.reduce((sum, each) => sum + each, 0)).toBe(10);
    expect([await available(offers[0]!), await available(offers[1]!)]).toEqual([5, 5]);
  });

  it('does not wait for the sweep when seats of a lapsed hold are wanted', async () => {
    const offer = await shop.open({ capacity: 1 });
    const lapsed = await shop.book(traveller, offer);
    app.clock.advance(15 * MINUTE_MS);

    const booking = await shop.book(await shop.traveller(), offer);

    expect(booking.status).toBe('pending');
    expect(await statusOf(lapsed)).toBe('expired');
    expect(await available(offer)).toBe(0);
  });

  it('says how many seats are left when they are too few', async () => {
    const offer = await shop.open({ capacity: 3 });

    expect(await request(offer, 4)).toMatchObject({
      status: 409,
      body: { type: '/problems/departure-sold-out', seatsAvailable: 3 },
    });
  });

  it('confirms what costs nothing at once, while there are seats', async () => {
    const offer = await shop.open({ capacity: 1, trip: FREE });

    const booking = await shop.book(traveller, offer);

    expect(booking).toMatchObject({ status: 'confirmed', holdExpiresAt: null, total: { amount: 0 } });
    expect(await eventsOf(booking)).toEqual(['booking.created', 'booking.confirmed']);
    expect((await request(offer)).body.type).toBe('/problems/departure-sold-out');
    const pay = await traveller.post('/payments', { bookingId: booking.id, paymentMethod: 'pm_ok' });
    expect(pay.body.type).toBe('/problems/booking-not-payable');
  });

  it('gives the seats of a cancelled hold back, once', async () => {
    const offer = await shop.open({ capacity: 1 });
    const booking = await shop.book(traveller, offer);

    for (const _ of [1, 2]) {
      const cancelled = await traveller.post(`/bookings/${booking.id}/cancel`);
      expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled', cancelReason: null } });
    }

    expect(await available(offer)).toBe(1);
    expect(await eventsOf(booking)).toEqual(['booking.created', 'booking.cancelled']);
  });

  describe('is refused', () => {
    it('past the cut-off, for a cancelled departure, and while its vendor is suspended', async () => {
      const [late, cancelled, suspended] = [await shop.open(), await shop.open(), await shop.open()];
      await cancelled.vendor.post(`/departures/${cancelled.departure.id}/cancel`, { reason: 'storm' });
      const admin = await shop.adminClient();
      await admin.post(`/admin/vendors/${suspended.vendor.vendorId}/suspend`, { reason: 'a complaint' });
      await app.drain();

      expect((await request(cancelled)).body.type).toBe('/problems/departure-closed');
      expect((await request(suspended)).body.type).toBe('/problems/departure-closed');
      app.clock.set(new Date(Date.parse(late.departure.startsAt) - 120 * MINUTE_MS));
      expect((await request(late)).body.type).toBe('/problems/departure-closed');
    });

    it('for a departure that is not there, or whose trip is a draft', async () => {
      const offer = await shop.open();
      const { body: draft } = await offer.vendor.post('/trips', TRIP);
      const departure = await shop.departure(offer.vendor, draft.id);

      expect((await request({ ...offer, departure: { id: newId() } })).status).toBe(404);
      expect((await request({ unitId: draft.units[0].id, departure })).status).toBe(404);
    });
  });

  describe('a payment that begins late', () => {
    const holdOf = async ({ id }: { id: string }) =>
      (await traveller.get(`/bookings/${id}`)).body.holdExpiresAt;
    const decline = (bookingId: string) =>
      traveller.post('/payments', { bookingId, paymentMethod: 'pm_declined' });

    it('extends the hold to five minutes ahead, once', async () => {
      const booking = await shop.book(traveller, await shop.open());

      app.clock.set('2027-01-01T00:09:00Z');
      await decline(booking.id);
      expect(await holdOf(booking)).toBe('2027-01-01T00:15:00.000Z');
      app.clock.set('2027-01-01T00:14:00Z');
      await decline(booking.id);
      expect(await holdOf(booking)).toBe('2027-01-01T00:19:00.000Z');
      app.clock.set('2027-01-01T00:18:00Z');
      await decline(booking.id);
      expect(await holdOf(booking)).toBe('2027-01-01T00:19:00.000Z');
    });

    it('is refused once the hold has lapsed, swept or not', async () => {
      const booking = await shop.book(traveller, await shop.open());
      app.clock.set('2027-01-01T00:15:00Z');

      expect((await decline(booking.id)).body.type).toBe('/problems/booking-not-payable');
      await app.get(HoldExpiry).sweep();
      expect((await decline(booking.id)).body).toMatchObject({
        type: '/problems/booking-not-payable',
        status: 409,
        bookingStatus: 'expired',
      });
      expect((await decline(newId())).status).toBe(404);
    });
  });
});

describe('holds of less than a minute', () => {
  it('mean what they say: no payment extends them', async () => {
    const app = await TestApp.start({ env: { HOLD_MINUTES: '0.5' } });
    const shop = new Shop(app);
    const offer = await shop.open();
    const booking = await shop.book(offer.vendor, offer);

    expect(booking.holdExpiresAt).toBe('2027-01-01T00:00:30.000Z');
    await offer.vendor.post('/payments', { bookingId: booking.id, paymentMethod: 'pm_declined' });
    expect((await offer.vendor.get(`/bookings/${booking.id}`)).body.holdExpiresAt).toBe(
      '2027-01-01T00:00:30.000Z',
    );
    await app.stop();
  });
});
