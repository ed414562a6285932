import { CompletionService } from '@app/bookings';
import { TestApp } from './support/app.js';
import { expectBooksInOrder, Shop } from './support/shop.js';

describe('the main job, over REST', () => {
  let app: TestApp;
  let shop: Shop;

  beforeAll(async () => {
    app = await TestApp.start();
    shop = new Shop(app);
  });
  afterAll(() => app.stop());

  it('goes from a vendor’s registration to his share of a completed booking', async () => {
    const { vendor, trip, departure, unitId } = await shop.open({ capacity: 2 });

    const found = await app.client().get('/trips?q=machu+picchu&country=PE&seats=2');
    expect(found).toMatchObject({ status: 200, body: { data: [{ id: trip.id }], nextCursor: null } });

    const traveller = await shop.traveller();
    const items = [{ unitId, quantity: 2 }];
    const booked = await traveller.post('/bookings', { departureId: departure.id, items });
    expect(booked.status).toBe(201);
    expect(booked.body).toMatchObject({
      status: 'pending',
      seats: 2,
      total: { amount: 20_000, currency: 'USD' },
      paid: { amount: 0, currency: 'USD' },
      refunded: { amount: 0, currency: 'USD' },
      holdExpiresAt: '2027-01-01T00:15:00.000Z',
      items: [{ unitId, quantity: 2, unitPrice: { amount: 10_000 }, amount: { amount: 20_000 } }],
      userId: traveller.id,
      vendorId: vendor.vendorId,
      tripId: trip.id,
      departureId: departure.id,
    });

    const paid = await traveller.post('/payments', { bookingId: booked.body.id, paymentMethod: 'pm_ok' });
    expect(paid).toMatchObject({
      status: 201,
      body: { status: 'succeeded', attempt: 1, amount: { amount: 20_000 } },
    });
    const confirmed = await traveller.get(`/bookings/${booked.body.id}`);
    expect(confirmed.body).toMatchObject({
      status: 'confirmed',
      paid: { amount: 20_000 },
      holdExpiresAt: null,
    });

    const late = await (
      await shop.traveller()
    ).post('/bookings', { departureId: departure.id, items: [{ unitId, quantity: 1 }] });
    expect(late).toMatchObject({
      status: 409,
      body: { type: '/problems/departure-sold-out', seatsAvailable: 0 },
    });

    app.clock.set(departure.endsAt);
    await app.get(CompletionService).sweep();
    await app.drain();
    const completed = await vendor.get(`/bookings/${booked.body.id}`);
    expect(completed.body.status).toBe('completed');
    const balance = await vendor.get(`/vendors/${vendor.vendorId}/balance`);
    expect(balance.body.data).toEqual([
      { currency: 'USD', pending: 0, available: 16_000, inTransit: 0, onHold: 0, paid: 0 },
    ]);
  });

  it('gives seats and money back when a booking is cancelled', async () => {
    app.clock.set('2027-01-01T00:00:00Z');
    const offer = await shop.open({ capacity: 1 });
    const traveller = await shop.traveller();
    const booking = await shop.book(traveller, offer);
    await shop.pay(traveller, booking.id);

    const quote = await traveller.get(`/bookings/${booking.id}/cancellation-quote`);
    expect(quote.body).toMatchObject({ refund: { amount: 10_000 }, fee: { amount: 0 }, policy: 'flexible' });
    const cancelled = await traveller.post(`/bookings/${booking.id}/cancel`, { reason: 'rain' });
    expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled', cancelledBy: 'traveller' } });
    const departure = await traveller.get(`/departures/${offer.departure.id}`);
    expect(departure.body.seatsAvailable).toBe(1);

    await app.drain();
    const refunded = await traveller.get(`/bookings/${booking.id}`);
    expect(refunded.body.refunded).toEqual({ amount: 10_000, currency: 'USD' });
    const payments = await traveller.get(`/payments?bookingId=${booking.id}`);
    expect(payments.body.data).toMatchObject([{ status: 'refunded', refunded: { amount: 10_000 } }]);
  });

  afterEach(() => expectBooksInOrder(shop));
});
