import { TestApp } from '../../../test/support/app.js';
import { expectBooksInOrder, Shop, type Person } from '../../../test/support/shop.js';

describe('a request that is sent again with its Idempotency-Key', () => {
  let app: TestApp;
  let shop: Shop;
  let traveller: Person;
  let offer: Awaited<ReturnType<Shop['open']>>;

  beforeAll(async () => {
    app = await TestApp.start();
    shop = new Shop(app);
    traveller = await shop.traveller();
    offer = await shop.open({ capacity: 3 });
  });
  afterAll(() => app.stop());
  afterEach(() => expectBooksInOrder(shop));

  const isReplay = ({ headers }: { headers: Headers }) => headers.get('idempotency-replayed') === 'true';

  it('books once, also when the first has taken the last seats, and whatever the order of the members', async () => {
    const items = [{ unitId: offer.unitId, quantity: 3 }];
    const key = { 'idempotency-key': 'book-1' };
    const first = await traveller.post('/bookings', { departureId: offer.departure.id, items }, key);
    const second = await traveller.post('/bookings', { items, departureId: offer.departure.id }, key);

    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.id).toBe(first.body.id);
    expect([isReplay(first), isReplay(second)]).toEqual([false, true]);

    const other = await traveller.post(
      '/bookings',
      { items: [{ ...items[0], quantity: 1 }], departureId: offer.departure.id },
      key,
    );
    expect(other).toMatchObject({ status: 422, body: { type: '/problems/idempotency-key-reused' } });
    const elsewhere = await traveller.post(`/bookings/${first.body.id}/cancel`, {}, key);
    expect(elsewhere).toMatchObject({ status: 422, body: { type: '/problems/idempotency-key-reused' } });
  });

  it('cancels and completes once', async () => {
    const [{ id }] = (await traveller.get('/bookings')).body.data;
    const cancel = () => traveller.post(`/bookings/${id}/cancel`, {}, { 'idempotency-key': 'cancel-1' });
    const [first, second] = [await cancel(), await cancel()];
    expect([first, second].map(isReplay)).toEqual([false, true]);
    expect(second).toMatchObject({ status: 200, body: { status: 'cancelled' } });

    const free = await shop.trip(offer.vendor, {
      units: [{ type: 'adult', price: { amount: 0, currency: 'USD' } }],
    });
    const departure = await shop.departure(offer.vendor, free.id);
    const booking = await shop.book(traveller, { departure, unitId: free.units[0].id });
    app.clock.set(departure.startsAt);
    const complete = () =>
      offer.vendor.post(`/bookings/${booking.id}/complete`, undefined, { 'idempotency-key': 'done-1' });
    const [done, again] = [await complete(), await complete()];
    expect([done, again].map(isReplay)).toEqual([false, true]);
    expect(again).toMatchObject({ status: 200, body: { status: 'completed' } });
  });
});
