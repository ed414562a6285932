import { PaymentGateway } from '@app/payments';
import { PayoutRecovery, ScheduledRuns } from '@app/payouts';
import type { ApiClient } from './support/client.js';
import { TestApp, ADMIN } from './support/app.js';
import { expectBooksInOrder, expectOk, Shop } from './support/shop.js';

/** Over real HTTP, with two processes' worth of the product on one database. */
describe('payouts by several processes', () => {
  let app: TestApp;
  let other: TestApp;
  let shop: Shop;
  let vendor: ApiClient & { vendorId: string };
  let admins: ApiClient[];

  beforeAll(async () => {
    app = await TestApp.start();
    other = await TestApp.start({ database: app.database, clock: app.clock });
    shop = new Shop(app);
    admins = [await app.client().signIn(ADMIN), await other.client().signIn(ADMIN)];
    const offer = await shop.open();
    vendor = offer.vendor;
    const traveller = await shop.traveller();
    for (const quantity of [1, 2]) {
      const booking = await shop.book(traveller, offer, quantity);
      await shop.pay(traveller, booking.id);
    }
    app.clock.set(offer.departure.endsAt);
    const { data } = expectOk(await traveller.get('/bookings'));
    for (const { id } of data) expectOk(await vendor.post(`/bookings/${id}/complete`));
  });
  afterEach(() => expectBooksInOrder(shop));
  afterAll(async () => {
    await other.stop();
    await app.stop();
  });

  const payouts = async () => expectOk(await vendor.get(`/vendors/${vendor.vendorId}/payouts`)).data;
  const spread = <T>(work: (admin: ApiClient) => Promise<T>) =>
    Promise.all([...admins, ...admins, ...admins].map((admin) => work(admin)));

  it('is one payout, whoever runs it and however often', async () => {
    const runs = await spread(async (admin) => expectOk(await admin.post('/admin/payouts/run', {})));
    expect(runs.flatMap(({ paid }) => paid)).toMatchObject([{ amount: { amount: 24_000, currency: 'USD' } }]);
    expect(runs.flatMap(({ skipped }) => skipped).map(({ reason }) => reason)).toEqual(
      Array.from({ length: 5 }, () => 'already-run'),
    );
    expect(await payouts()).toMatchObject([{ period: '2027-W03', status: 'paid' }]);
    const { data } = expectOk(await admins[0]!.get('/admin/events?name=vendor.payout'));
    expect(data).toHaveLength(1);
  });

  it('is fetched back once, retried once, and recovered once', async () => {
    const [{ id }] = await payouts();
    const reversals = await spread((admin) =>
      admin.post(`/admin/payouts/${id}/reverse`, { reason: 'Wrong' }),
    );
    expect(reversals.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
    const silent = [app, other].map((each) =>
      jest.spyOn(each.get(PaymentGateway), 'transfer').mockResolvedValue({ status: 'unknown' }),
    );
    const order = { vendorId: vendor.vendorId, period: 'weekly', force: true };
    expectOk(await admins[1]!.post('/admin/payouts/run', order));
    silent.forEach((spy) => spy.mockRestore());
    app.clock.advance(16_000);
    await Promise.all([app, other, app].map((each) => each.get(PayoutRecovery).sweep()));
    expect(await payouts()).toMatchObject([{ status: 'paid' }, { status: 'returned' }]);
    const [sent] = await app.query<{ sent: number }>(
      'SELECT sum(amount - reversed)::int AS sent FROM mock_gateway_transfers',
    );
    expect(sent).toEqual({ sent: 24_000 });
  });

  it('is scheduled once', async () => {
    app.clock.set('2027-02-01T08:00:00Z');
    await Promise.all([app, other, app, other].map((each) => each.get(ScheduledRuns).startDue()));
    const runs = await app.query('SELECT period FROM payout_runs WHERE requested_by IS NULL ORDER BY period');
    expect(runs).toEqual([{ period: '2027-02' }, { period: '2027-W05' }]);
  });
});
