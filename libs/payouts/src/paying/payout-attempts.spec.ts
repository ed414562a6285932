import { newId } from '@app/kernel';
import { PaymentGateway } from '@app/payments';
import { PayoutsHouse } from '../../../../test/support/payouts-house.js';
import { TransferNews } from './transfer-news.job.js';

const usd = (amount: number) => ({ amount, currency: 'USD' });
const failure = {
  code: 'account_closed',
  message: 'The account is closed.',
  retryable: false,
  requestId: 'req_1',
};

/** Transfers that fail, are tried again, or come back. Over HTTP, on a real PostgreSQL, with the mock gateway. */
describe('A payout', () => {
  let payouts: PayoutsHouse;
  let gateway: PaymentGateway;

  beforeAll(async () => {
    payouts = await PayoutsHouse.start();
    gateway = payouts.house.app.get(PaymentGateway);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await payouts.house.settle();
    await payouts.house.requireSound();
  });
  afterAll(() => payouts.house.close());

  const post = (id: string, what: 'retry' | 'reverse', body?: object, headers = {}) =>
    payouts.asAdmin('POST', `/admin/payouts/${id}/${what}`, body, headers);
  const retry = (id: string, headers = {}) => post(id, 'retry', undefined, headers);
  const reverse = (id: string, headers = {}) => post(id, 'reverse', { reason: 'Wrong account' }, headers);
  const change = (vendorId: string, columns: string) =>
    payouts.house.dataSource.query(`UPDATE vendors SET ${columns} WHERE id = $1`, [vendorId]);

  const paid = async () => {
    const sold = await payouts.earn();
    const [{ payoutId }] = (await payouts.runFor(sold)).paid;
    return { ...sold, payoutId: payoutId as string };
  };
  const failed = async () => {
    const sold = await payouts.earn();
    jest.spyOn(gateway, 'transfer').mockResolvedValueOnce({ status: 'failed', failure });
    const [{ payoutId }] = (await payouts.runFor(sold)).failed;
    return { ...sold, payoutId: payoutId as string };
  };

  describe('that the gateway refuses', () => {
    it('goes back to available, and the vendor learns why', async () => {
      const sold = await payouts.earn();
      jest.spyOn(gateway, 'transfer').mockResolvedValueOnce({ status: 'failed', failure });
      const told = { code: failure.code, message: failure.message };
      const [entry] = (await payouts.runFor(sold)).failed;
      expect(entry).toEqual({
        payoutId: expect.any(String),
        vendorId: sold.vendorId,
        amount: usd(8_000),
        failure: told,
      });
      expect(await payouts.balances(sold)).toMatchObject([{ available: 8_000, inTransit: 0, paid: 0 }]);
      expect(await payouts.payouts(sold)).toMatchObject([{ status: 'failed', failure: told, paidAt: null }]);
      expect(await payouts.runFor(sold)).toMatchObject({ skipped: [{ reason: 'already-run' }] });
    });

    it('for want of funds at the gateway is paid once they are there', async () => {
      await payouts.asAdmin('PUT', '/mock-gateway/knobs', { fundsDelayMs: 3_600_000 });
      const sold = await payouts.earn({ total: 100_000_000 });
      await payouts.asAdmin('PUT', '/mock-gateway/knobs', { fundsDelayMs: 0 });
      const [{ payoutId, failure: told }] = (await payouts.runFor(sold)).failed;
      expect(told.code).toBe('balance_insufficient');
      payouts.house.clock.advance(3_600_000);
      expect(await retry(payoutId)).toMatchObject({ status: 200, body: { status: 'paid', attempt: 2 } });
    });

    it('is tried again to the account that the vendor has by then, once', async () => {
      const { payoutId, ...sold } = await failed();
      jest.restoreAllMocks();
      const transfer = jest.spyOn(gateway, 'transfer');
      const key = { 'idempotency-key': newId() };
      const answer = await retry(payoutId, key);
      expect(answer).toMatchObject({ status: 200, body: { status: 'paid', attempt: 2 } });
      expect(answer.body).not.toHaveProperty('failure');
      expect(await payouts.balances(sold)).toMatchObject([{ available: 0, inTransit: 0, paid: 8_000 }]);
      expect(await retry(payoutId, key)).toMatchObject({ status: 200, body: answer.body });
      expect(await retry(payoutId)).toMatchObject({
        status: 409,
        body: { type: '/problems/payout-not-failed', payoutStatus: 'paid' },
      });
      expect(transfer).toHaveBeenCalledTimes(1);
      expect(transfer.mock.calls[0]![0]).toMatchObject({ idempotencyKey: `payout:${payoutId}:2` });
    });

    it('fails again and again, and each time the vendor has it back', async () => {
      const { payoutId, ...sold } = await failed();
      for (const attempt of [2, 3]) {
        jest.spyOn(gateway, 'transfer').mockResolvedValueOnce({ status: 'failed', failure });
        expect(await retry(payoutId)).toMatchObject({ body: { status: 'failed', attempt } });
        expect(await payouts.available(sold)).toBe(8_000);
      }
      expect(await retry(payoutId)).toMatchObject({ body: { status: 'paid', attempt: 4 } });
    });

    it('two of which are tried again at once goes once', async () => {
      const { payoutId } = await failed();
      const answers = await Promise.all([retry(payoutId), retry(payoutId)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    });

    it('is not tried again beyond the balance', async () => {
      const { payoutId, ...sold } = await failed();
      await payouts.refund(sold, 5_000);
      expect(await retry(payoutId)).toMatchObject({
        status: 409,
        body: { type: '/problems/payout-exceeds-balance', available: usd(4_000) },
      });
      payouts.nextWeek();
      await payouts.earn({ of: sold });
      expect(await payouts.runFor(sold)).toMatchObject({ paid: [{ amount: usd(12_000) }] });
      expect(await retry(payoutId)).toMatchObject({ status: 409 });
    });

    it('is not tried again for a vendor who is suspended, or has no account any more', async () => {
      const { payoutId, vendorId } = await failed();
      await change(vendorId, `status = 'suspended'`);
      expect(await retry(payoutId)).toMatchObject({
        status: 409,
        body: { type: '/problems/vendor-not-payable', reason: 'vendor-suspended' },
      });
      await change(vendorId, `status = 'approved', payouts_enabled = false`);
      expect(await retry(payoutId)).toMatchObject({ status: 409, body: { reason: 'payouts-not-enabled' } });
      expect(await retry(newId())).toMatchObject({ status: 404 });
    });
  });

  describe('that arrived', () => {
    it('is fetched back, all of it, once', async () => {
      const { payoutId, ...sold } = await paid();
      const key = { 'idempotency-key': newId() };
      const answer = await reverse(payoutId, key);
      expect(answer).toMatchObject({
        status: 200,
        body: { status: 'returned', reversed: usd(8_000), reversal: { reason: 'Wrong account' } },
      });
      expect(await payouts.balances(sold)).toMatchObject([{ available: 8_000, inTransit: 0, paid: 0 }]);
      expect(await reverse(payoutId, key)).toMatchObject({
        status: 200,
        headers: { 'idempotency-replayed': 'true' },
        body: answer.body,
      });
      expect(await reverse(payoutId)).toMatchObject({
        status: 409,
        body: { type: '/problems/payout-not-reversible', payoutStatus: 'returned' },
      });
      payouts.nextWeek();
      expect(await payouts.runFor(sold)).toMatchObject({ paid: [{ amount: usd(8_000) }] });
    });

    it('stays paid when the gateway does not give it back; the same request may be sent again', async () => {
      const { payoutId } = await paid();
      const key = { 'idempotency-key': newId() };
      const refused = jest.spyOn(gateway, 'reverseTransfer');
      refused.mockResolvedValueOnce({ status: 'failed', failure });
      expect(await reverse(payoutId, key)).toMatchObject({
        status: 409,
        body: { type: '/problems/reversal-refused', detail: failure.message },
      });
      expect((await payouts.asAdmin('GET', '/admin/payouts?limit=1')).body.data[0]).not.toHaveProperty(
        'reversal',
      );
      expect(await reverse(payoutId, key)).toMatchObject({ status: 200, body: { status: 'returned' } });
      const keys = refused.mock.calls.map(([call]) => call.idempotencyKey);
      expect(new Set(keys).size).toBe(2);
    });

    it('two of which are fetched back at once comes back once', async () => {
      const { payoutId, ...sold } = await paid();
      const answers = await Promise.all([reverse(payoutId), reverse(payoutId)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect(await payouts.available(sold)).toBe(8_000);
    });

    it('is returned when it came back by itself before the gateway refused to give it back', async () => {
      const { payoutId } = await paid();
      const really = gateway.reverseTransfer.bind(gateway);
      jest.spyOn(gateway, 'reverseTransfer').mockImplementationOnce(async (input) => {
        await really({ ...input, idempotencyKey: newId() });
        await payouts.house.settle();
        return { status: 'failed', failure };
      });
      expect(await reverse(payoutId)).toMatchObject({ status: 200, body: { status: 'returned' } });
    });

    it('is booked as it comes back by itself, in parts, however often that is told', async () => {
      const { payoutId, ...sold } = await paid();
      const [{ gatewayTransferId }] = await payouts.payouts(sold);
      const comeBack = async (amount: number) => {
        const call = { gatewayTransferId, amount: usd(amount), timeoutMs: 1_000 };
        await gateway.reverseTransfer({ ...call, idempotencyKey: newId() });
        await payouts.house.settle();
        const [payout] = await payouts.payouts(sold);
        return [payout.status, payout.reversed.amount, await payouts.available(sold)];
      };
      await payouts.asAdmin('PUT', '/mock-gateway/knobs', { webhooks: { duplicate: true } });
      expect(await comeBack(3_000)).toEqual(['paid', 3_000, 3_000]);
      expect(await comeBack(1_000)).toEqual(['paid', 4_000, 4_000]);
      await payouts.asAdmin('PUT', '/mock-gateway/knobs', { webhooks: { duplicate: false } });
      expect(await reverse(payoutId)).toMatchObject({ body: { status: 'returned', reversed: usd(8_000) } });
      expect(await payouts.balances(sold)).toMatchObject([{ available: 8_000, paid: 0 }]);
    });

    it('is told of again when the gateway cannot be read; of transfers that are nobody’s, once', async () => {
      const { payoutId, ...sold } = await paid();
      const [{ gatewayTransferId }] = await payouts.payouts(sold);
      const news = payouts.house.app.get(TransferNews, { strict: false });
      jest.spyOn(gateway, 'getTransfer').mockResolvedValueOnce({ status: 'unknown' });
      await expect(news.run({ gatewayTransferId })).rejects.toThrow('could not be read');
      await expect(news.run({ gatewayTransferId })).resolves.toBeUndefined();
      await expect(news.run({ gatewayTransferId: 'tr_of_mars' })).resolves.toBeUndefined();
      expect(await payouts.payouts(sold)).toMatchObject([{ id: payoutId, status: 'paid', reversed: usd(0) }]);
    });

    it('is not fetched back without a reason, nor one that is not there', async () => {
      const { payoutId } = await paid();
      expect(await post(payoutId, 'reverse', {})).toMatchObject({ status: 422 });
      expect(await reverse(newId())).toMatchObject({ status: 404 });
      const { payoutId: other } = await failed();
      expect(await reverse(other)).toMatchObject({ status: 409, body: { payoutStatus: 'failed' } });
    });
  });
});
