import { newId } from '@app/kernel';
import { PayoutsHouse, type Earned } from '../../../test/support/payouts-house.js';

const usd = (amount: number) => ({ amount, currency: 'USD' });

/** Over HTTP, on a real PostgreSQL, with the mock gateway. */
describe('Payouts', () => {
  let payouts: PayoutsHouse;

  beforeAll(async () => {
    payouts = await PayoutsHouse.start();
  });
  afterEach(() => payouts.house.requireSound());
  afterAll(() => payouts.house.close());

  const read = ({ vendor, vendorId }: Earned, what: string) =>
    payouts.house.request(vendor, 'GET', `/vendors/${vendorId}/${what}`);
  const writeOff = ({ vendorId }: Earned, body: object = {}, headers = {}) =>
    payouts.asAdmin(
      'POST',
      `/admin/vendors/${vendorId}/balance/write-off`,
      { currency: 'USD', reason: 'Closed', ...body },
      headers,
    );

  it('net in the next what a refund took back after the last', async () => {
    const sold = await payouts.earn();
    await payouts.runFor(sold);
    await payouts.refund(sold);
    await payouts.house.requireSound();
    expect(await payouts.available(sold)).toBe(-8_000);
    payouts.nextWeek();
    expect((await payouts.runFor(sold)).skipped).toEqual([
      { vendorId: sold.vendorId, currency: 'USD', reason: 'negative-balance' },
    ]);
    await payouts.earn({ of: sold, total: 20_000 });
    await payouts.house.requireSound();
    expect(await payouts.runFor(sold)).toMatchObject({ paid: [{ amount: usd(8_000) }] });
    expect(await payouts.balances(sold)).toMatchObject([{ available: 0, inTransit: 0, paid: 16_000 }]);
    const [{ id }] = await payouts.payouts(sold);
    const items = (await read(sold, `payout-items?payoutId=${id}`)).body.data;
    expect(items.map((item: { kind: string; amount: object }) => [item.kind, item.amount])).toEqual([
      ['booking.released', usd(16_000)],
      ['refund.created', usd(-8_000)],
    ]);
  });

  it('net in the next what a dispute froze after the last', async () => {
    const sold = await payouts.earn({ paymentMethod: 'pm_dispute' });
    await payouts.runFor(sold);
    await payouts.house.settle();
    await payouts.house.settleLate();
    await payouts.house.requireSound();
    expect(await payouts.available(sold)).toBe(-8_000);
    payouts.nextWeek();
    await payouts.earn({ of: sold, total: 20_000 });
    expect(await payouts.runFor(sold)).toMatchObject({ paid: [{ amount: usd(8_000) }] });
  });

  it('are shown to members of the vendor, with what was paid for, newest first', async () => {
    const sold = await payouts.earn();
    await payouts.runFor(sold);
    payouts.nextWeek();
    const later = await payouts.earn({ of: sold, total: 20_000 });
    const { paid } = await payouts.runFor(sold);
    const first = await read(sold, 'payouts?limit=1');
    expect(first.body.data).toEqual([
      {
        id: paid[0].payoutId,
        vendorId: sold.vendorId,
        amount: usd(16_000),
        period: expect.stringMatching(/^2027-W\d\d$/),
        status: 'paid',
        attempt: 1,
        reversed: usd(0),
        createdAt: payouts.house.clock.now().toISOString(),
        paidAt: payouts.house.clock.now().toISOString(),
      },
    ]);
    const second = (await read(sold, `payouts?limit=1&cursor=${first.body.nextCursor}`)).body;
    expect(second).toMatchObject({ data: [{ amount: usd(8_000) }], nextCursor: null });
    expect((await read(sold, 'payouts?status=failed')).body.data).toEqual([]);

    const items = (await read(sold, 'payout-items?limit=1')).body;
    expect(items.data).toEqual([
      {
        payoutId: paid[0].payoutId,
        kind: 'booking.released',
        bookingId: later.id,
        amount: usd(16_000),
        occurredAt: expect.any(String),
      },
    ]);
    const rest = (await read(sold, `payout-items?cursor=${items.nextCursor}`)).body;
    expect(rest).toMatchObject({ data: [{ bookingId: sold.id, amount: usd(8_000) }], nextCursor: null });

    const stranger = await payouts.house.createUser();
    for (const what of ['payouts', 'payout-items']) {
      expect(await payouts.house.request(stranger, 'GET', `/vendors/${sold.vendorId}/${what}`)).toMatchObject(
        { status: 404 },
      );
      expect(await payouts.asAdmin('GET', `/vendors/${sold.vendorId}/${what}`)).toMatchObject({
        status: 200,
      });
    }
    expect(await payouts.house.request(sold.vendor, 'GET', '/admin/payouts')).toMatchObject({ status: 403 });
  });

  it('are listed for admins, by vendor and by status', async () => {
    const sold = await payouts.earn();
    await payouts.runFor(sold);
    const { data } = (await payouts.asAdmin('GET', '/admin/payouts?status=paid&limit=100')).body;
    expect(data[0]).toMatchObject({
      vendorId: sold.vendorId,
      gateway: 'mock',
      gatewayTransferId: expect.any(String),
      runId: expect.any(String),
    });
    expect(data.length).toBeGreaterThan(1);
    expect(await payouts.payouts(sold)).toHaveLength(1);
  });

  describe('of a vendor who owes', () => {
    const owe = async () => {
      const sold = await payouts.earn();
      await payouts.runFor(sold);
      await payouts.refund(sold);
      return sold;
    };

    it('can be written off, all of it, once', async () => {
      const sold = await owe();
      const key = { 'idempotency-key': newId() };
      const written = await writeOff(sold, {}, key);
      expect(written).toMatchObject({
        status: 201,
        body: { vendorId: sold.vendorId, amount: usd(8_000), reason: 'Closed' },
      });
      expect(await payouts.available(sold)).toBe(0);
      expect(await writeOff(sold, {}, key)).toMatchObject({ status: 201, body: { id: written.body.id } });
      expect(await writeOff(sold)).toMatchObject({
        status: 409,
        body: { type: '/problems/balance-not-negative', available: usd(0) },
      });
      const { data } = (await payouts.asAdmin('GET', '/admin/ledger/trial-balance')).body;
      const books = data.find(({ currency }: { currency: string }) => currency === 'USD');
      expect(books.accounts).toContainEqual({ account: 'platform:losses', balance: 8_000 });
    });

    it('asked for twice at once is written off once', async () => {
      const sold = await owe();
      const answers = await Promise.all([writeOff(sold), writeOff(sold)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    });

    it.each([
      ['of a vendor who is not there', { vendorId: newId() }, {}, 404],
      ['in a currency he never sold in', {}, { currency: 'EUR' }, 409],
      ['in a currency that is none', {}, { currency: 'XXX' }, 422],
      ['without a reason', {}, { reason: undefined }, 422],
    ])('%s is not', async (_, other, body, status) => {
      const sold = await owe();
      expect((await writeOff({ ...sold, ...other }, body)).status).toBe(status);
      expect(await payouts.available(sold)).toBe(-8_000);
    });
  });
});
