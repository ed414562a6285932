import { TestApp } from '../../../test/support/app.js';
import { expectBooksInOrder, Shop, type Person } from '../../../test/support/shop.js';
import { expectSound } from '../../../test/support/soundness.js';
import { HoldExpiry } from './hold-expiry.js';

/** The traveller passes his bank's challenge when his booking is not waiting for the money any more. */
describe('money that comes late', () => {
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
  afterEach(async () => {
    await app.drain();
    await expectSound((statement) => app.query(statement));
    await expectBooksInOrder(shop);
  });

  async function challenged() {
    const offer = await shop.open({ capacity: 1 });
    const booking = await shop.book(traveller, offer);
    const { gatewayPaymentId } = await shop.pay(traveller, booking.id, 'pm_3ds');
    return { ...offer, booking, gatewayPaymentId };
  }

  async function expire(): Promise<void> {
    app.clock.advance(16 * 60_000);
    await app.get(HoldExpiry).sweep();
  }

  async function pass({ booking, gatewayPaymentId }: { booking: { id: string }; gatewayPaymentId: string }) {
    await traveller.post(`/mock-gateway/payments/${gatewayPaymentId}/authenticate`, { outcome: 'pass' });
    await app.drain();
    const { body } = await traveller.get(`/bookings/${booking.id}`);
    return { status: body.status, paid: body.paid.amount, refunded: body.refunded.amount };
  }

  const KEPT = { status: 'confirmed', paid: 10_000, refunded: 0 };
  const RETURNED = { status: 'expired', paid: 10_000, refunded: 10_000 };

  it('is in time while the booking is pending', async () => {
    expect(await pass(await challenged())).toEqual(KEPT);
  });

  it('gets an expired booking its seats again while there are any', async () => {
    const late = await challenged();
    await expire();

    expect(await pass(late)).toEqual(KEPT);
    const { body } = await traveller.get(`/departures/${late.departure.id}`);
    expect(body.seatsAvailable).toBe(0);
  });

  it('goes back when the seats are sold', async () => {
    const late = await challenged();
    await expire();
    await shop.book(await shop.traveller(), late);

    expect(await pass(late)).toEqual(RETURNED);
  });

  it('goes back when the traveller has booked anew meanwhile', async () => {
    const late = await challenged();
    await expire();
    await late.vendor.patch(`/departures/${late.departure.id}`, { capacity: 5 });
    await shop.book(traveller, late);

    expect(await pass(late)).toEqual(RETURNED);
  });

  it('goes back when the departure sells no more', async () => {
    const late = await challenged();
    await expire();
    app.clock.set('2027-01-20T13:00:00Z');

    expect(await pass(late)).toEqual(RETURNED);
  });

  it('goes back when the booking was cancelled', async () => {
    const late = await challenged();
    await traveller.post(`/bookings/${late.booking.id}/cancel`);

    expect(await pass(late)).toEqual({ ...RETURNED, status: 'cancelled' });
  });
});
