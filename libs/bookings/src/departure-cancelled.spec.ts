import { TestApp } from '../../../test/support/app.js';
import { expectBooksInOrder, expectOk, Shop } from '../../../test/support/shop.js';
import { expectSound } from '../../../test/support/soundness.js';
import { Bookings } from './bookings.service.js';
import { CompletionService } from './completion.service.js';

/** More than one transaction of the job cancels. */
const MANY = 53;

describe('a departure that is cancelled', () => {
  let app: TestApp;
  let shop: Shop;

  beforeAll(async () => {
    app = await TestApp.start();
    shop = new Shop(app);
  });
  afterAll(() => app.stop());
  beforeEach(() => app.clock.set('2027-01-01T00:00:00Z'));
  afterEach(async () => {
    jest.restoreAllMocks();
    await expectSound((statement) => app.query(statement));
    await expectBooksInOrder(shop);
  });

  const cancel = async ({ vendor, departure }: Awaited<ReturnType<Shop['open']>>) =>
    expectOk(await vendor.post(`/departures/${departure.id}/cancel`, { reason: 'storm' }));
  const dueAgain = () => app.query('UPDATE graphile_worker._private_jobs SET run_at = now()');

  it('takes its bookings with it: holds end, and what was paid goes back in full', async () => {
    const offer = await shop.open();
    const [holder, payer] = [await shop.traveller(), await shop.traveller()];
    const held = await shop.book(holder, offer);
    const paid = await shop.book(payer, offer, 2);
    await shop.pay(payer, paid.id);

    await cancel(offer);
    await app.drain();

    const cancelled = { status: 'cancelled', cancelledBy: 'vendor', cancelReason: 'storm' };
    expect((await holder.get(`/bookings/${held.id}`)).body).toMatchObject({
      ...cancelled,
      refunded: { amount: 0 },
    });
    expect((await payer.get(`/bookings/${paid.id}`)).body).toMatchObject({
      ...cancelled,
      refunded: { amount: 20_000 },
    });
    expect((await cancel(offer)).status).toBe('cancelled');
  });

  it('gives everything back to a traveller who cancels before the news has got through', async () => {
    const offer = await shop.open({ trip: { cancellationPolicy: 'strict' } });
    const traveller = await shop.traveller();
    const booking = await shop.book(traveller, offer);
    await shop.pay(traveller, booking.id);
    app.clock.set('2027-01-18T00:00:00Z');
    const quote = async () => (await traveller.get(`/bookings/${booking.id}/cancellation-quote`)).body;
    expect(await quote()).toMatchObject({ refund: { amount: 0 }, fee: { amount: 10_000 } });

    await cancel(offer);
    expect(await quote()).toMatchObject({ refund: { amount: 10_000 }, fee: { amount: 0 } });
    expectOk(await traveller.post(`/bookings/${booking.id}/cancel`));
    await app.drain();

    expect((await traveller.get(`/bookings/${booking.id}`)).body).toMatchObject({
      status: 'cancelled',
      cancelledBy: 'vendor',
      refunded: { amount: 10_000 },
    });
  });

  it('goes on where it was interrupted, and cancels each booking once', async () => {
    const offer = await shop.open({ capacity: MANY });
    const traveller = await shop.traveller();
    await Promise.all(Array.from({ length: MANY }, () => shop.book(traveller, offer)));
    let cancelled = 0;
    let isPulled = true;
    const cancelLocked = Bookings.prototype.cancelLocked;
    jest.spyOn(Bookings.prototype, 'cancelLocked').mockImplementation(async function (
      this: Bookings,
      ...args
    ) {
      if (isPulled && (cancelled += 1) > 51) throw new Error('pulled the plug');
      return cancelLocked.apply(this, args);
    });

    await cancel(offer);
    await app.drain();
    expect(await statuses(offer)).toEqual({ cancelled: 50, pending: 3 });
    isPulled = false;
    await dueAgain();
    await app.drain();

    expect(await statuses(offer)).toEqual({ cancelled: MANY });
    const [events] = await app.query<{ count: string }>(
      `SELECT count(*) FROM outbox WHERE name = 'booking.cancelled' AND payload->>'departureId' = $1`,
      [offer.departure.id],
    );
    expect(events!.count).toBe(String(MANY));
  });

  it('gives everything back, also when its news come after it would have started', async () => {
    const offer = await shop.open();
    const traveller = await shop.traveller();
    const booking = await shop.book(traveller, offer);
    await shop.pay(traveller, booking.id);
    await cancel(offer);

    app.clock.set(offer.departure.endsAt);
    await app.get(CompletionService).sweep();
    const complete = await offer.vendor.post(`/bookings/${booking.id}/complete`);
    expect(complete.body.type).toBe('/problems/booking-transition-not-allowed');
    await app.drain();

    const { body } = await traveller.get(`/bookings/${booking.id}`);
    expect(body).toMatchObject({ status: 'cancelled', refunded: { amount: 10_000 } });
  });

  async function statuses({ departure }: { departure: { id: string } }): Promise<Record<string, number>> {
    const rows = await app.query<{ status: string; count: number }>(
      'SELECT status, count(*)::int AS count FROM bookings WHERE departure_id = $1 GROUP BY status ORDER BY status',
      [departure.id],
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  }
});
