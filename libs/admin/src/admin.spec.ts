import { TestApp } from '../../../test/support/app.js';
import type { ApiClient } from '../../../test/support/client.js';
import { expectBooksInOrder, expectOk, Shop } from '../../../test/support/shop.js';

describe('administration', () => {
  let app: TestApp;
  let shop: Shop;
  let admin: ApiClient;

  beforeAll(async () => {
    app = await TestApp.start();
    shop = new Shop(app);
    admin = await shop.adminClient();
  });
  afterAll(() => app.stop());
  afterEach(() => expectBooksInOrder(shop));

  const read = async (path: string) => expectOk(await admin.get(path));

  /** Every row of a list, page by page. */
  async function walk(path: string): Promise<{ id: string }[]> {
    const rows = [];
    let cursor = '';
    do {
      const page = await read(`${path}${path.includes('?') ? '&' : '?'}limit=2${cursor}`);
      expect(page.data.length).toBeLessThanOrEqual(2);
      rows.push(...page.data);
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor);
    return rows;
  }

  it('walks all users, newest first', async () => {
    const people = [await shop.traveller(), await shop.traveller(), await shop.traveller()];
    const ids = (await walk('/admin/users')).map(({ id }) => id);
    expect(ids.slice(0, 3)).toEqual(people.map(({ id }) => id).reverse());
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('decides on vendors, and finds them by status', async () => {
    const vendor = await shop.vendor();
    const path = `/admin/vendors/${vendor.vendorId}`;
    const statusOf = async (answer: ReturnType<ApiClient['post']>) => expectOk(await answer).status;

    expect(await admin.post(`${path}/reject`, { reason: 'late' })).toMatchObject({
      status: 409,
      body: { type: '/problems/vendor-transition-not-allowed' },
    });
    expect(await statusOf(admin.post(`${path}/suspend`, { reason: 'complaints' }))).toBe('suspended');
    expect((await walk('/admin/vendors?status=suspended')).map(({ id }) => id)).toEqual([vendor.vendorId]);
    expect(await statusOf(admin.post(`${path}/approve`))).toBe('approved');
    expect(await read('/admin/vendors?status=suspended')).toEqual({ data: [], nextCursor: null });
    expect(await admin.post(`${path}/suspend`)).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'reason' }] },
    });
  });

  it('is closed to everyone else', async () => {
    const vendor = await shop.vendor();
    for (const path of [
      'users',
      'vendors',
      'bookings',
      'analytics',
      'ledger/trial-balance',
      'integrity',
      'events',
    ]) {
      expect((await vendor.get(`/admin/${path}`)).status).toBe(403);
      expect((await app.client().get(`/admin/${path}`)).status).toBe(401);
    }
  });

  describe('of a marketplace that has sold', () => {
    let offer: Awaited<ReturnType<Shop['open']>>;
    let tara: Awaited<ReturnType<Shop['traveller']>>;
    let kept: { id: string };

    beforeAll(async () => {
      offer = await shop.open();
      tara = await shop.traveller();
      kept = await shop.book(tara, offer, 2);
      await shop.pay(tara, kept.id);
      const dropped = await shop.book(tara, offer);
      await shop.pay(tara, dropped.id);
      expectOk(await tara.post(`/bookings/${dropped.id}/cancel`));
      await shop.book(tara, offer);
      await app.drain();
    });

    it('tells its numbers, in agreement with the books', async () => {
      const { bookings, vendors, users, money, daily, from, to } = await read(
        '/admin/analytics?from=2026-12-31&to=2027-01-01',
      );
      expect({ from, to }).toEqual({ from: '2026-12-31', to: '2027-01-01' });
      expect(bookings).toEqual({ confirmed: 1, cancelled: 1, pending: 1 });
      expect(vendors.approved).toBeGreaterThan(0);
      expect(users.admin).toBe(1);
      expect(money).toEqual([
        { currency: 'USD', gross: 30_000, refunded: 10_000, commission: 4_000, payouts: 0 },
      ]);
      expect(daily).toEqual([
        { date: '2026-12-31', bookings: 0, gross: [] },
        { date: '2027-01-01', bookings: 3, gross: [{ amount: 30_000, currency: 'USD' }] },
      ]);
    });

    it.each([
      ['from', 'from=2027-01-02&to=2027-01-01'],
      ['from', 'from=2025-01-01&to=2027-01-01'],
      ['from', 'from=2027-02-30&to=2027-03-01'],
      ['to', 'to=yesterday'],
    ])('refuses a period that is none: %s in %s', async (field, query) => {
      const answer = await admin.get(`/admin/analytics?${query}`);
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ field }] } });
    });

    it('tells of the last thirty days unless asked otherwise', async () => {
      const { from, to, daily } = await read('/admin/analytics');
      expect({ from, to, days: daily.length }).toEqual({ from: '2026-12-03', to: '2027-01-01', days: 30 });
    });

    it('lists all bookings, by status, traveller and vendor', async () => {
      expect(await walk('/admin/bookings')).toHaveLength(3);
      expect(await walk('/admin/bookings?status=confirmed')).toMatchObject([{ id: kept.id }]);
      expect(await walk(`/admin/bookings?userId=${tara.id}`)).toHaveLength(3);
      expect(await walk(`/admin/bookings?vendorId=${tara.id}`)).toEqual([]);
    });

    it('shows what happened to a booking, and that everyone concerned has heard', async () => {
      const { data } = await read(`/admin/events?aggregateId=${kept.id}`);
      expect(data.map(({ eventName }: { eventName: string }) => eventName)).toEqual([
        'booking.confirmed',
        'payment.processed',
        'booking.created',
      ]);
      const cancelled = await read('/admin/events?name=booking.cancelled&limit=1');
      expect(cancelled.data[0].deliveries).toEqual(
        expect.arrayContaining([{ handler: 'RefundCancelledBooking', status: 'done', attempts: 1 }]),
      );
      const first = await read('/admin/events?limit=2');
      const second = await read(`/admin/events?limit=2&cursor=${first.nextCursor}`);
      expect(second.data[0].sequence).toBeLessThan(first.data[1].sequence);
    });

    it('notices when its records are tampered with', async () => {
      const break_ = (sql: string) => app.query(sql, [kept.id]);
      await break_('UPDATE bookings SET paid = paid - 1, total = total + 1 WHERE id = $1');
      const { ok, checks } = await read('/admin/integrity');
      expect(ok).toBe(false);
      const failed = checks.filter((check: { ok: boolean }) => !check.ok);
      expect(failed.map(({ name }: { name: string }) => name).sort()).toEqual([
        'booking-payments',
        'booking-totals',
      ]);
      expect(JSON.stringify(failed)).toContain(kept.id);
      await break_('UPDATE bookings SET paid = paid + 1, total = total - 1 WHERE id = $1');
      await app.query('UPDATE departures SET seats_booked = seats_booked + 1 WHERE id = $1', [
        offer.departure.id,
      ]);
      const seats = (await read('/admin/integrity')).checks.find(
        ({ name }: { name: string }) => name === 'seats',
      );
      expect(seats).toMatchObject({ ok: false, violations: [expect.stringContaining(offer.departure.id)] });
      await app.query('UPDATE departures SET seats_booked = seats_booked - 1 WHERE id = $1', [
        offer.departure.id,
      ]);
    });
  });
});
