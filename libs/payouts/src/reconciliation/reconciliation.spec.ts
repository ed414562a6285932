import { converted, Ledger } from '@app/ledger';
import { gatewayIdOf, moveBalance, plantPayouts } from '../../../../test/support/planted-breaks.js';
import { expectOk } from '../../../../test/support/shop.js';
import { PayoutsHouse, type Earned } from '../../../../test/support/payouts-house.js';
import { TransferNews } from '../paying/transfer-news.job.js';
import { SOURCES } from './movements.js';
import { Reconciliation } from './reconciliation.service.js';
import type { ReconciliationReport } from './reconciliation-report.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const NET = 9_680;
const usd = (amount: number) => ({ amount, currency: 'USD' });

/**
 * On a real PostgreSQL, with the mock gateway, in whose tables and in ours the breaks are planted. Journals cannot be taken back:
 * each test has a fortnight of its own.
 */
describe('Reconciliation', () => {
  let payouts: PayoutsHouse;

  beforeAll(async () => {
    payouts = await PayoutsHouse.start();
  });
  beforeEach(() => payouts.house.clock.advance(14 * DAY_MS));
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => payouts.house.close());

  const query = <T>(sql: string, parameters: unknown[] = []) =>
    payouts.house.dataSource.query<T[]>(sql, parameters);
  const run = (window?: { from?: Date; to?: Date }): Promise<ReconciliationReport> =>
    payouts.house.app.get(Reconciliation).run(window);
  const found = async () =>
    (await run()).breaks.map(({ kind, gatewayId, paymentId, amount }) => ({
      kind,
      gatewayId,
      ...(paymentId && { paymentId }),
      amount,
    }));
  const now = () => payouts.house.clock.now();
  const ago = (milliseconds: number) => new Date(now().getTime() - milliseconds);

  const sell = async (
    paymentMethod = 'pm_ok',
    options: { currency?: string; startsInDays?: number } = {},
  ): Promise<Earned & { gatewayId: string }> => {
    const booking = await payouts.house.book(options);
    const { id, gatewayPaymentId } = (await payouts.house.pay(booking, paymentMethod)).body;
    return { ...booking, paymentId: id, gatewayId: gatewayPaymentId };
  };
  const move = (type: string, gatewayId: string, net: number, at = now(), currency = 'USD') =>
    moveBalance(payouts.house, { type, gatewayId, net, at, currency });

  it('agrees after the whole story', async () => {
    const { house } = payouts;
    await sell();
    await sell('pm_declined');
    const challenged = await sell('pm_3ds');
    const authenticate = `/mock-gateway/payments/${challenged.gatewayId}/authenticate`;
    expectOk(await house.request(challenged.traveller, 'POST', authenticate, { outcome: 'pass' }));
    expectOk(await payouts.refund(await sell(), 3_333));
    for (const method of ['pm_refund_fails', 'pm_refund_fails_later', 'pm_refund_pending'])
      expectOk(await payouts.refund(await sell(method)));
    for (const _ of ['won', 'lost']) await sell('pm_dispute');
    await house.settle();
    const open = await query<{ id: string }>('SELECT id FROM mock_gateway_disputes ORDER BY id');
    for (const outcome of ['won', 'lost'])
      expectOk(await payouts.asAdmin('POST', `/mock-gateway/disputes/${open.pop()?.id}/close`, { outcome }));
    await house.settle();
    await payouts.runFor(await payouts.earn());
    const { paid } = await payouts.runFor(await payouts.earn());
    expectOk(
      await payouts.asAdmin('POST', `/admin/payouts/${paid[0].payoutId}/reverse`, { reason: 'A mistake' }),
    );

    const report = await run();
    const span = { from: ago(7 * DAY_MS), to: now() };
    expect(report).toMatchObject({ ok: true, breaks: [], truncated: false, checkedAt: now(), ...span });
    const moved = await query<{ type: string }>(
      'SELECT DISTINCT type FROM mock_gateway_balance_transactions',
    );
    expect(new Set(moved.map(({ type }) => type))).toEqual(new Set(Object.keys(SOURCES)));
    const objects = await query(
      'SELECT DISTINCT gateway_id FROM mock_gateway_balance_transactions WHERE created_at >= $1',
      [report.from],
    );
    expect(report.compared).toBe(objects.length);
    await house.requireSound();
  });

  it('looks at the books of everything within the window, and at nothing outside it', async () => {
    const { gatewayId } = await sell();
    await query('DELETE FROM mock_gateway_balance_transactions WHERE gateway_id = $1', [gatewayId]);
    payouts.house.clock.advance(DAY_MS);
    expect((await run({ from: ago(MINUTE_MS) })).compared).toBe(0);
    expect((await run({ from: ago(2 * DAY_MS), to: ago(MINUTE_MS) })).breaks).toMatchObject([{ gatewayId }]);
    expect((await run({ to: ago(2 * DAY_MS) })).breaks).toEqual([]);
  });

  describe('names', () => {
    it('what the gateway moved for a payment that the books do not have', async () => {
      const { paymentId, gatewayId } = await sell('pm_3ds');
      await move('payment', gatewayId, NET);
      payouts.house.clock.advance(16 * MINUTE_MS);
      expect(await run()).toMatchObject({ ok: false, compared: 1 });
      expect(await found()).toEqual([{ kind: 'missing-in-books', gatewayId, paymentId, amount: usd(NET) }]);
    });

    it('what the books have and the gateway did not move', async () => {
      const { paymentId, gatewayId } = await sell();
      await query('DELETE FROM mock_gateway_balance_transactions WHERE gateway_id = $1', [gatewayId]);
      expect(await found()).toEqual([
        { kind: 'missing-at-gateway', gatewayId, paymentId, amount: usd(-NET) },
      ]);
    });

    it('by how much the gateway moved less', async () => {
      const { paymentId, gatewayId } = await sell();
      await query('UPDATE mock_gateway_balance_transactions SET net = net - 5 WHERE gateway_id = $1', [
        gatewayId,
      ]);
      expect(await found()).toEqual([{ kind: 'amount-differs', gatewayId, paymentId, amount: usd(-5) }]);
      const detail = 'payment: the gateway moved 9675 USD, the books have 9680 USD';
      expect((await run()).breaks).toMatchObject([{ detail }]);
    });

    it('a refund that somebody made at the gateway, of a payment of ours', async () => {
      await sell();
      await move('refund', 're_dashboard', -4_000);
      expect(await found()).toEqual([
        { kind: 'unknown-object', gatewayId: 're_dashboard', amount: usd(-4_000) },
      ]);
    });

    it('a refund that came back without our hearing of it', async () => {
      const sold = await sell();
      const { id } = expectOk(await payouts.refund(sold, 4_000));
      const gatewayId = await gatewayIdOf(payouts.house, 'refunds', id);
      await move('refund_failure', gatewayId, 4_000);
      payouts.house.clock.advance(16 * MINUTE_MS);
      expect(await found()).toMatchObject([{ kind: 'missing-in-books', gatewayId, amount: usd(4_000) }]);
    });

    it('a transfer that is not there, and the reversal of another that nobody booked', async () => {
      const ids = [];
      for (let vendors = 0; vendors < 2; vendors++) {
        const { paid } = await payouts.runFor(await payouts.earn());
        ids.push(await gatewayIdOf(payouts.house, 'payouts', paid[0].payoutId));
      }
      const [gone, reversed] = ids as [string, string];
      await query('DELETE FROM mock_gateway_balance_transactions WHERE gateway_id = $1', [gone]);
      await move('transfer_reversal', reversed, 8_000, now());
      payouts.house.clock.advance(16 * MINUTE_MS);
      expect(await found()).toEqual(
        expect.arrayContaining([
          { kind: 'missing-at-gateway', gatewayId: gone, amount: usd(8_000) },
          { kind: 'missing-in-books', gatewayId: reversed, amount: usd(8_000) },
        ]),
      );
    });

    it('a dispute that we never heard of', async () => {
      const { paymentId } = await sell('pm_dispute');
      await query(`DELETE FROM graphile_worker._private_jobs`);
      const [dispute] = await query<{ id: string }>(
        `SELECT id FROM mock_gateway_disputes WHERE payment_id = (SELECT gateway_payment_id FROM payments WHERE id = $1)`,
        [paymentId],
      );
      expect(await found()).toEqual([]);
      payouts.house.clock.advance(16 * MINUTE_MS);
      expect(await found()).toEqual([
        { kind: 'unknown-object', gatewayId: dispute?.id, amount: usd(-11_500) },
      ]);
    });

    it('what the gateway does for its own reasons, but not what goes to the platform’s own bank', async () => {
      const { statement } = payouts.house.app.get(Reconciliation) as unknown as {
        statement: { read(): AsyncGenerator };
      };
      jest.spyOn(statement, 'read').mockImplementation(async function* () {
        yield { id: 'txn_1', type: 'other', gatewayId: 'txn_1', net: usd(-50), createdAt: ago(MINUTE_MS) };
        yield { id: 'txn_2', type: 'bank', gatewayId: 'po_1', net: usd(-50_000), createdAt: ago(MINUTE_MS) };
        yield { id: 'txn_3', type: 'bank', gatewayId: 'tu_1', net: usd(20_000), createdAt: ago(MINUTE_MS) };
      });
      expect(await found()).toEqual([{ kind: 'unknown-object', gatewayId: 'txn_1', amount: usd(-50) }]);
      expect((await payouts.house.app.get(Reconciliation).run()).bank).toEqual([usd(-30_000)]);
    });

    it('journals of what is not there', async () => {
      await sell();
      const [{ id } = { id: '' }] = await plantPayouts(payouts.house, 1);
      expect(await found()).toEqual([{ kind: 'missing-at-gateway', gatewayId: id, amount: usd(100) }]);
    });
  });

  describe('takes for no break', () => {
    it('what is in progress and young', async () => {
      const { gatewayId } = await sell('pm_3ds');
      await move('payment', gatewayId, NET);
      expect((await sell('pm_timeout_then_ok')).gatewayId).toEqual(expect.any(String));
      payouts.house.clock.advance(14 * MINUTE_MS);
      expect(await found()).toEqual([]);

      payouts.house.clock.advance(2 * MINUTE_MS);
      expect((await found()).map(({ kind }) => kind)).toEqual(Array(2).fill('missing-in-books'));
      await payouts.house.recover();
      await payouts.house.settle();
      expect((await found()).map((left) => left.gatewayId)).toEqual([gatewayId]);
    });

    it('a refund that is still pending at the gateway, however old', async () => {
      const sold = await sell('pm_refund_pending');
      const { id } = expectOk(await payouts.refund(sold));
      payouts.house.clock.advance(5 * DAY_MS);
      expect(await run()).toMatchObject({ ok: true, compared: 2 });
      await payouts.house.settle();
      await move('refund', await gatewayIdOf(payouts.house, 'refunds', id), -1);
      expect(await found()).toMatchObject([
        { kind: 'amount-differs', paymentId: sold.paymentId, amount: usd(-1) },
      ]);
    });

    it('what the gateway moved just before the window, and the books just within', async () => {
      const { gatewayId } = await sell();
      await query('UPDATE mock_gateway_balance_transactions SET created_at = $2 WHERE gateway_id = $1', [
        gatewayId,
        ago(MINUTE_MS),
      ]);
      expect(await run({ from: ago(MINUTE_MS / 2) })).toMatchObject({ ok: true, compared: 1 });
    });

    it('what the gateway moved days before it was through', async () => {
      expectOk(await payouts.refund(await sell('pm_refund_pending')));
      payouts.house.clock.advance(5 * DAY_MS);
      await payouts.house.settle();
      expect(await run({ from: ago(2 * DAY_MS) })).toMatchObject({ ok: true, compared: 1 });
    });

    it('what came back in parts before the window, and was heard of all at once within', async () => {
      const { paid } = await payouts.runFor(await payouts.earn());
      const gatewayId = await gatewayIdOf(payouts.house, 'payouts', paid[0].payoutId);
      for (const part of [3_000, 5_000]) await move('transfer_reversal', gatewayId, part);
      payouts.house.clock.advance(10 * DAY_MS);
      await query('UPDATE mock_gateway_transfers SET reversed = amount WHERE id = $1', [gatewayId]);
      await payouts.house.app.get(TransferNews, { strict: false }).run({ gatewayTransferId: gatewayId });
      expect(await run()).toMatchObject({ ok: true, compared: 1 });
    });

    it('a refund that left and came back before anybody looked', async () => {
      const { id } = expectOk(await payouts.refund(await sell('pm_refund_fails')));
      const gatewayId = await gatewayIdOf(payouts.house, 'refunds', id);
      await move('refund', gatewayId, -10_000, ago(DAY_MS));
      await move('refund_failure', gatewayId, 10_000, ago(DAY_MS));
      expect(await found()).toEqual([]);
    });

    it('what went through another gateway', async () => {
      const { paymentId, gatewayId } = await sell();
      await query('DELETE FROM mock_gateway_balance_transactions WHERE gateway_id = $1', [gatewayId]);
      await query(`UPDATE payments SET gateway = 'stripe' WHERE id = $1`, [paymentId]);
      expect(await run()).toMatchObject({ ok: true, compared: 0 });
    });
  });

  it('compares in the currency that the gateway keeps its balance in', async () => {
    const { id, paymentId, gatewayId } = await sell('pm_ok', { currency: 'EUR' });
    const [from, to] = [{ amount: 10_000, currency: 'EUR' }, usd(10_900)];
    const conversion = { sourceId: paymentId, bookingId: id, occurredAt: now(), from, to };
    await payouts.house.transactor.run((tx) =>
      payouts.house.app.get(Ledger).post(converted({ kind: 'payment.converted', ...conversion }), tx),
    );
    await query('UPDATE mock_gateway_balance_transactions SET net = -320 WHERE gateway_id = $1', [gatewayId]);
    await move('payment', gatewayId, 10_900);
    expect(await found()).toEqual([]);

    await query(
      `UPDATE mock_gateway_balance_transactions SET net = 10899 WHERE gateway_id = $1 AND currency = 'USD'`,
      [gatewayId],
    );
    expect(await found()).toEqual([{ kind: 'amount-differs', gatewayId, paymentId, amount: usd(-1) }]);
  });

  it('reads page after page, of the gateway and of the books, and lists a thousand breaks at most', async () => {
    await sell();
    await query(
      `INSERT INTO mock_gateway_balance_transactions (id, type, gateway_id, net, currency, created_at, available_at)
       SELECT 'txn_' || n, 'refund', 're_' || n, -1, 'USD', $1, $1 FROM generate_series(1, 350) AS n`,
      [now()],
    );
    await plantPayouts(payouts.house, 640);
    const report = await run();
    expect(report.breaks.map(({ kind }) => kind).sort()).toEqual([
      ...Array<string>(640).fill('missing-at-gateway'),
      ...Array<string>(350).fill('unknown-object'),
    ]);
    expect(new Set(report.breaks.map(({ gatewayId }) => gatewayId)).size).toBe(990);
    expect(report.truncated).toBe(false);

    await plantPayouts(payouts.house, 20);
    const longer = await run();
    expect([longer.breaks.length, longer.truncated, longer.ok]).toEqual([1_000, true, false]);
  });
});
