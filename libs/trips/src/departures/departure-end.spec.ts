import { TestApp } from '../../../../test/support/app.js';
import { expectOk, Shop } from '../../../../test/support/shop.js';
import { DepartureEnd } from './departure-end.js';

describe('a departure whose time is over', () => {
  let app: TestApp;
  let shop: Shop;

  beforeAll(async () => {
    app = await TestApp.start();
    shop = new Shop(app);
  });
  afterAll(() => app.stop());

  it('is done, and takes no bookings and no changes any more', async () => {
    const { vendor, trip, departure, unitId } = await shop.open();
    const next = await shop.departure(vendor, trip.id, 4, '2027-02-20T09:00:00');
    const dropped = await shop.departure(vendor, trip.id, 4, '2027-01-19T09:00:00');
    expectOk(await vendor.post(`/departures/${dropped.id}/cancel`, { reason: 'rain' }));
    const statusOf = async ({ id }: { id: string }) => expectOk(await vendor.get(`/departures/${id}`)).status;

    app.clock.set(new Date(Date.parse(departure.endsAt) - 1));
    await app.get(DepartureEnd).sweep();
    expect(await statusOf(departure)).toBe('scheduled');

    app.clock.set(departure.endsAt);
    await app.get(DepartureEnd).sweep();
    expect(await statusOf(departure)).toBe('done');
    expect(await statusOf(next)).toBe('scheduled');
    expect(await statusOf(dropped)).toBe('cancelled');

    expect(await vendor.patch(`/departures/${departure.id}`, { capacity: 20 })).toMatchObject({
      status: 409,
      body: { type: '/problems/departure-over' },
    });
    const traveller = await shop.traveller();
    const late = await traveller.post('/bookings', {
      departureId: departure.id,
      items: [{ unitId, quantity: 1 }],
    });
    expect(late).toMatchObject({ status: 409, body: { type: '/problems/departure-closed' } });
  });
});
