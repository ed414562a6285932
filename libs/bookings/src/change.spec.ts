import { newId } from '@app/kernel';
import { TestApp } from '../../../test/support/app.js';
import { expectBooksInOrder, Shop, type Person } from '../../../test/support/shop.js';

const CONTACT = { name: 'Grace', email: 'grace@example.com', phone: '+5184123456' };
const UNITS = [
  { type: 'adult', price: { amount: 10_000, currency: 'USD' } },
  { type: 'family', price: { amount: 30_000, currency: 'USD' }, paxCount: 4 },
  { type: 'infant', price: { amount: 0, currency: 'USD' } },
];

describe('changing a booking', () => {
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

  /** A trip with two departures of five seats, and a booking of two on the first. */
  async function booked() {
    const { vendor, trip, departure } = await shop.open({ capacity: 5, trip: { units: UNITS } });
    const other = await shop.departure(vendor, trip.id, 5, '2027-02-01T09:00:00');
    const [adult, family, infant] = ['adult', 'family', 'infant'].map(
      (type) => trip.units.find((unit: { type: string }) => unit.type === type).id as string,
    ) as [string, string, string];
    const booking = await shop.book(traveller, { departure, unitId: adult }, 2);
    const change = (changes: unknown, client = traveller) => client.patch(`/bookings/${booking.id}`, changes);
    const seats = async () => {
      const both = [departure, other].map(
        async ({ id }) => (await traveller.get(`/departures/${id}`)).body.seatsAvailable,
      );
      return Promise.all(both);
    };
    return { vendor, trip, departure, other, adult, family, infant, booking, change, seats };
  }

  it('takes more seats or fewer, at the price they come to', async () => {
    const { change, family, adult, seats } = await booked();

    const more = await change({
      items: [
        { unitId: family, quantity: 1 },
        { unitId: adult, quantity: 1 },
      ],
    });
    expect(more).toMatchObject({
      status: 200,
      body: { seats: 5, total: { amount: 40_000 }, status: 'pending' },
    });
    expect(more.body.items).toHaveLength(2);
    expect(await seats()).toEqual([0, 5]);

    const fewer = await change({ items: [{ unitId: adult, quantity: 1 }] });
    expect(fewer.body).toMatchObject({
      seats: 1,
      total: { amount: 10_000 },
      items: [{ unitId: adult, quantity: 1 }],
    });
    expect(await seats()).toEqual([4, 5]);
  });

  it('moves to another departure of the trip, and keeps the end of the hold', async () => {
    const { change, other, booking, seats } = await booked();
    app.clock.advance(60_000);

    const moved = await change({ departureId: other.id });

    expect(moved.body).toMatchObject({
      departureId: other.id,
      startsAt: other.startsAt,
      holdExpiresAt: booking.holdExpiresAt,
      seats: 2,
    });
    expect(await seats()).toEqual([5, 3]);
  });

  it('leaves everything as it is when the seats cannot be had', async () => {
    const { change, other, adult, booking, departure, vendor, seats } = await booked();
    await shop.book(await shop.traveller(), { departure: other, unitId: adult }, 4);

    expect((await change({ departureId: other.id })).body.type).toBe('/problems/departure-sold-out');
    expect((await change({ items: [{ unitId: adult, quantity: 6 }] })).body.type).toBe(
      '/problems/departure-sold-out',
    );
    await vendor.post(`/departures/${other.id}/cancel`, { reason: 'storm' });
    expect((await change({ departureId: other.id, contact: CONTACT })).body.type).toBe(
      '/problems/departure-closed',
    );

    const { body } = await traveller.get(`/bookings/${booking.id}`);
    expect(body).toMatchObject({
      departureId: departure.id,
      seats: 2,
      total: { amount: 20_000 },
      contact: null,
    });
    expect((await seats())[0]).toBe(3);
  });

  it('refuses what is not of the trip, or would cost nothing', async () => {
    const { change, infant } = await booked();
    const elsewhere = await shop.open();

    expect(await change({ departureId: elsewhere.departure.id })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'departureId' }] },
    });
    expect((await change({ departureId: newId() })).status).toBe(404);
    expect((await change({ items: [{ unitId: elsewhere.unitId, quantity: 1 }] })).body.errors[0].field).toBe(
      'items.0.unitId',
    );
    expect((await change({ items: [{ unitId: infant, quantity: 1 }] })).body.errors[0].field).toBe('items');
  });

  it('waits for a payment that is under way, and ends with it', async () => {
    const { change, other, booking } = await booked();
    const payment = await shop.pay(traveller, booking.id, 'pm_3ds');

    const meanwhile = await change({ departureId: other.id });
    expect(meanwhile).toMatchObject({ status: 409, body: { type: '/problems/payment-in-progress' } });
    expect(meanwhile.headers.get('retry-after')).toBe('2');

    await traveller.post(`/mock-gateway/payments/${payment.gatewayPaymentId}/authenticate`, {
      outcome: 'pass',
    });
    await app.drain();
    expect((await change({ departureId: other.id })).body.type).toBe('/problems/booking-not-changeable');
    expect(await change({ contact: CONTACT })).toMatchObject({ status: 200, body: { contact: CONTACT } });
  });

  it('is refused once the hold has lapsed', async () => {
    const { change, other } = await booked();
    app.clock.advance(15 * 60_000);

    expect((await change({ departureId: other.id })).body.type).toBe('/problems/booking-not-changeable');
  });

  it('is for nobody but its traveller', async () => {
    const { change, vendor, booking } = await booked();

    expect((await change({ contact: CONTACT }, vendor)).status).toBe(404);
    expect((await traveller.patch(`/bookings/${newId()}`, { contact: CONTACT })).status).toBe(404);
    expect((await change({ userId: newId() })).status).toBe(422);
    expect((await traveller.get(`/bookings/${booking.id}`)).body.contact).toBeNull();
  });

  it('lets bookings change places without waiting for each other for ever', async () => {
    const { departure, other, adult, seats } = await booked();
    const [one, two] = [
      await shop.book(traveller, { departure, unitId: adult }),
      await shop.book(traveller, { departure: other, unitId: adult }),
    ];

    for (const [first, second] of [
      [other, departure],
      [departure, other],
      [other, departure],
    ]) {
      const answers = await Promise.all([
        traveller.patch(`/bookings/${one.id}`, { departureId: first.id }),
        traveller.patch(`/bookings/${two.id}`, { departureId: second.id }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    }
    expect(await seats()).toEqual([2, 4]);
  });

  it('takes ids in either case', async () => {
    const { change, departure, adult, booking } = await booked();
    const same = {
      departureId: departure.id.toUpperCase(),
      items: [{ unitId: adult.toUpperCase(), quantity: 2 }],
    };
    expect(await change(same)).toMatchObject({ status: 200, body: { seats: 2, total: booking.total } });
  });

  it('is refused when the trip is sold in another currency by now', async () => {
    const { change, trip, adult } = await booked();
    await app.query(`UPDATE trips SET currency = 'JPY' WHERE id = $1`, [trip.id]);
    expect(await change({ items: [{ unitId: adult, quantity: 1 }] })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'items' }] },
    });
  });
});
