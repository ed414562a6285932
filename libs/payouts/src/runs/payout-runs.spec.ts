import { newId } from '@app/kernel';
import { PayoutsHouse } from '../../../../test/support/payouts-house.js';

const usd = (amount: number) => ({ amount, currency: 'USD' });

/** Over HTTP, on a real PostgreSQL, with the mock gateway. */
describe('A payout run', () => {
  let payouts: PayoutsHouse;

  beforeAll(async () => {
    payouts = await PayoutsHouse.start();
    payouts.house.clock.set('2027-01-12T12:00:00Z');
  });
  afterEach(() => payouts.house.requireSound());
  afterAll(() => payouts.house.close());

  const change = (vendorId: string, columns: string) =>
    payouts.house.dataSource.query(`UPDATE vendors SET ${columns} WHERE id = $1`, [vendorId]);

  it('pays each vendor who is due his whole balance, tells of it, and once in a period', async () => {
    const [one, other] = [await payouts.earn(), await payouts.earn({ total: 20_000 })];
    const run = await payouts.run();
    expect(run).toMatchObject({ period: '2027-W02', skipped: [], failed: [], inTransit: [] });
    expect(run.paid).toHaveLength(2);
    expect(run.paid).toEqual(
      expect.arrayContaining([
        { payoutId: expect.any(String), vendorId: one.vendorId, amount: usd(8_000) },
        { payoutId: expect.any(String), vendorId: other.vendorId, amount: usd(16_000) },
      ]),
    );
    expect(await payouts.balances(one)).toMatchObject([
      { currency: 'USD', pending: 0, available: 0, inTransit: 0, onHold: 0, paid: 8_000 },
    ]);
    const { data: events } = (
      await payouts.asAdmin('GET', `/admin/events?name=vendor.payout&aggregateId=${one.vendorId}`)
    ).body;
    const { payoutId } = run.paid.find(({ vendorId }: { vendorId: string }) => vendorId === one.vendorId);
    const payload = { vendorId: one.vendorId, payoutId, amount: usd(8_000), period: '2027-W02' };
    expect(events.map((event: { payload: object }) => event.payload)).toEqual([payload]);

    await payouts.earn({ of: one });
    const again = await payouts.run();
    expect(again.paid).toEqual([]);
    expect(again.skipped).toEqual(
      [one, other].map(({ vendorId }) => ({ vendorId, currency: 'USD', reason: 'already-run' })),
    );
    payouts.nextWeek();
    expect(await payouts.runFor(one)).toMatchObject({
      period: '2027-W03',
      paid: [{ vendorId: one.vendorId, amount: usd(8_000) }],
    });
  });

  it('asked for twice at once pays once', async () => {
    const vendor = await payouts.earn();
    const runs = await Promise.all([1, 2, 3, 4].map(() => payouts.runFor(vendor)));
    expect(runs.flatMap(({ paid }) => paid)).toMatchObject([{ amount: usd(8_000) }]);
    expect(runs.flatMap(({ skipped }) => skipped).map(({ reason }) => reason)).toEqual([
      'already-run',
      'already-run',
      'already-run',
    ]);
    expect(await payouts.payouts(vendor)).toHaveLength(1);
  });

  it('repeated with its key pays nothing again, and shows how its payouts are by then', async () => {
    const vendor = await payouts.earn();
    const key = { 'idempotency-key': newId() };
    const order = { vendorId: vendor.vendorId, period: 'weekly', force: true };
    const first = await payouts.run(order, key);
    expect(first).toMatchObject({ period: `adhoc-${first.runId}`, paid: [{ amount: usd(8_000) }] });
    await payouts.earn({ of: vendor });
    const again = await payouts.asAdmin('POST', '/admin/payouts/run', order, key);
    expect(again).toMatchObject({ status: 200, headers: { 'idempotency-replayed': 'true' }, body: first });
    expect(await payouts.available(vendor)).toBe(8_000);
    expect(
      await payouts.asAdmin('POST', '/admin/payouts/run', { vendorId: vendor.vendorId }, key),
    ).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    });
    await payouts.asAdmin('POST', `/admin/payouts/${first.paid[0].payoutId}/reverse`, { reason: 'Wrong' });
    expect(await payouts.run(order, key)).toEqual(first);
  });

  it('off cycle pays beside the period and whatever the schedule, but not below the minimum', async () => {
    const vendor = await payouts.earn();
    await payouts.runFor(vendor);
    await payouts.earn({ of: vendor });
    expect(await payouts.runFor(vendor)).toMatchObject({ skipped: [{ reason: 'already-run' }] });
    expect(await payouts.runFor(vendor, { period: 'monthly', force: true })).toMatchObject({
      period: expect.stringMatching(/^adhoc-/),
      paid: [{ amount: usd(8_000) }],
    });
    await payouts.earn({ of: vendor, total: 6_000 });
    expect(await payouts.runFor(vendor, { period: 'weekly', force: true })).toMatchObject({
      paid: [],
      skipped: [{ vendorId: vendor.vendorId, currency: 'USD', reason: 'below-minimum' }],
    });
    expect(await payouts.asAdmin('POST', '/admin/payouts/run', { force: true })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'period' }] },
    });
  });

  it('leaves out vendors of the other schedule, and of one named vendor takes his own', async () => {
    const vendor = await payouts.earn();
    await change(vendor.vendorId, `payout_schedule = 'monthly'`);
    const told = async (order: object) => (await payouts.run(order)).skipped;
    expect(JSON.stringify(await payouts.run({ period: 'weekly' }))).not.toContain(vendor.vendorId);
    expect(await told({ vendorId: vendor.vendorId, period: 'weekly' })).toEqual([
      { vendorId: vendor.vendorId, reason: 'other-schedule' },
    ]);
    expect(await payouts.runFor(vendor)).toMatchObject({
      period: '2027-01',
      paid: [{ amount: usd(8_000) }],
    });
    expect((await payouts.run({ period: 'monthly' })).skipped).toEqual([
      { vendorId: vendor.vendorId, currency: 'USD', reason: 'already-run' },
    ]);
  });

  it.each([
    [`status = 'suspended'`, 'vendor-suspended'],
    [`status = 'pending'`, 'vendor-pending'],
    [`status = 'rejected'`, 'vendor-rejected'],
    ['payout_account_id = NULL', 'payouts-not-enabled'],
    ['payouts_enabled = false', 'payouts-not-enabled'],
  ])('skips a vendor of whom %s, and says %s', async (columns, reason) => {
    const vendor = await payouts.earn();
    await change(vendor.vendorId, columns);
    expect(await payouts.run()).toMatchObject({
      paid: [],
      skipped: expect.arrayContaining([{ vendorId: vendor.vendorId, reason }]),
    });
    expect(await payouts.available(vendor)).toBe(8_000);
    await change(
      vendor.vendorId,
      `status = 'approved', payout_account_id = 'gone', payout_schedule = 'monthly'`,
    );
  });

  it('of one vendor says why there is nothing', async () => {
    const vendor = await payouts.sell();
    const reason = { vendorId: vendor.vendorId, reason: 'nothing-available' };
    expect((await payouts.runFor(vendor)).skipped).toEqual([reason]);
    payouts.house.clock.advance(60_000);
    await payouts.complete(vendor);
    await payouts.refund(vendor);
    expect((await payouts.runFor(vendor)).skipped).toEqual([{ ...reason, currency: 'USD' }]);
    expect(await payouts.asAdmin('POST', '/admin/payouts/run', { vendorId: newId() })).toMatchObject({
      status: 404,
    });
  });

  it('pays every currency by itself, down to what its banks can settle', async () => {
    const vendor = await payouts.earn();
    await payouts.earn({ of: vendor, currency: 'JPY', total: 10_000 });
    await payouts.earn({ of: vendor, currency: 'KWD', total: 100_010 });
    const { paid, skipped } = await payouts.runFor(vendor);
    expect([paid.map(({ amount }: { amount: object }) => amount), skipped]).toEqual([
      [{ amount: 8_000, currency: 'JPY' }, { amount: 80_000, currency: 'KWD' }, usd(8_000)],
      [],
    ]);
    expect((await payouts.balances(vendor)).map(({ available }: { available: number }) => available)).toEqual(
      [0, 8, 0],
    );
    payouts.nextWeek();
    await payouts.earn({ of: vendor, currency: 'KWD', total: 100_010 });
    expect((await payouts.runFor(vendor)).paid).toMatchObject([
      { amount: { amount: 80_010, currency: 'KWD' } },
    ]);
  });

  it.each([
    ['USD', 6_240, 6_250],
    ['JPY', 61, 63],
    ['KWD', 62_480, 62_500],
  ])('in %s pays no less than the minimum', async (currency, tooLittle, enough) => {
    const vendor = await payouts.earn({ currency, total: tooLittle });
    expect(await payouts.runFor(vendor)).toMatchObject({ paid: [], skipped: [{ reason: 'below-minimum' }] });
    const other = await payouts.earn({ currency, total: enough });
    expect(await payouts.runFor(other)).toMatchObject({ paid: [{ vendorId: other.vendorId }] });
  });

  it('is for admins', async () => {
    const { vendor } = await payouts.sell();
    expect(await payouts.house.request(vendor, 'POST', '/admin/payouts/run', {})).toMatchObject({
      status: 403,
    });
  });
});
