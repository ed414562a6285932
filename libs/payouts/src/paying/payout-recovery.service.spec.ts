import { newId } from '@app/kernel';
import { PaymentGateway, type TransferOutcome } from '@app/payments';
import { PayoutsHouse, type Earned } from '../../../../test/support/payouts-house.js';
import { PayoutsRepository } from '../payouts.repository.js';
import { RunExecution } from '../runs/run-execution.js';
import { PayoutRecovery } from './payout-recovery.service.js';
import { PayoutSender } from './payout-sender.js';
import { PayoutSettlement } from './payout-settlement.js';
import { PayoutSubmission } from './payout-submission.js';

const usd = (amount: number) => ({ amount, currency: 'USD' });
const died = new Error('the process died');

/** Payouts that were interrupted between two of their steps. On a real PostgreSQL, with the mock gateway. */
describe('PayoutRecovery', () => {
  let payouts: PayoutsHouse;
  let gateway: PaymentGateway;

  beforeAll(async () => {
    payouts = await PayoutsHouse.start();
    gateway = payouts.house.app.get(PaymentGateway);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await payouts.recover(); // nothing is left for the next test
    await payouts.house.requireSound();
  });
  afterAll(() => payouts.house.close());

  const state = async (sold: Earned) => {
    const [{ status, attempt }] = await payouts.payouts(sold);
    const [{ available, inTransit, paid }] = await payouts.balances(sold);
    return [status, attempt, { available, inTransit, paid }];
  };
  const onItsWay = { available: 0, inTransit: 8_000, paid: 0 };
  const arrived = ['paid', 1, { available: 0, inTransit: 0, paid: 8_000 }];
  /** What went to the vendor at the gateway. */
  const transferred = async ({ vendorId }: Earned) => {
    const rows = await payouts.house.dataSource.query<{ amount: string }[]>(
      `SELECT amount FROM mock_gateway_transfers WHERE metadata->>'vendorId' = $1`,
      [vendorId],
    );
    return rows.map(({ amount }) => Number(amount));
  };
  const unknown: TransferOutcome = { status: 'unknown' };

  it.each([
    ['did not arrive', false],
    ['was carried out', true],
  ])('pays once, when the gateway gave no answer and the call %s', async (_, carriedOut) => {
    const sold = await payouts.earn();
    const really = gateway.transfer.bind(gateway);
    jest.spyOn(gateway, 'transfer').mockImplementationOnce(async (input) => {
      if (carriedOut) await really(input);
      return unknown;
    });
    expect((await payouts.runFor(sold)).inTransit).toMatchObject([{ amount: usd(8_000) }]);
    expect(await state(sold)).toEqual(['in_transit', 1, onItsWay]);
    await payouts.house.requireSound();
    await payouts.recover();
    expect(await state(sold)).toEqual(arrived);
    expect(await transferred(sold)).toEqual([8_000]);
  });

  it('finds a transfer by its group, not by its key: gateways forget keys after a day', async () => {
    const sold = await payouts.earn();
    const really = gateway.transfer.bind(gateway);
    const transfer = jest.spyOn(gateway, 'transfer').mockImplementationOnce(async (input) => {
      await really(input);
      return unknown;
    });
    await payouts.runFor(sold);
    await payouts.house.dataSource.query('DELETE FROM mock_gateway_keys');
    await payouts.recover();
    expect(await state(sold)).toEqual(arrived);
    expect(transfer).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['before the gateway was asked', PayoutsRepository, 'takeToGateway'],
    ['before the gateway was called', PaymentGateway, 'transfer'],
    ['before the outcome was written', PayoutSettlement, 'settle'],
  ] as const)('goes on with one whose process died %s', async (_, type, method) => {
    const sold = await payouts.earn();
    jest.spyOn(payouts.house.app.get<any>(type), method).mockRejectedValueOnce(died);
    const run = await payouts.runFor(sold);
    expect(run).toMatchObject({
      inTransit: [{ vendorId: sold.vendorId }],
      skipped: [{ reason: 'interrupted' }],
    });
    await payouts.recover();
    expect(await state(sold)).toEqual(arrived);
    expect(await transferred(sold)).toEqual([8_000]);
    await payouts.recoverRuns();
    const again = await payouts.runFor(sold);
    expect(again.skipped).toEqual([{ vendorId: sold.vendorId, currency: 'USD', reason: 'already-run' }]);
  });

  it('leaves one alone for 15 seconds, and then waits for a gateway that is down', async () => {
    const sold = await payouts.earn();
    const down = { status: 'unavailable', rateLimited: false, retryAfterSeconds: 1 } as const;
    const transfer = jest.spyOn(gateway, 'transfer').mockResolvedValueOnce(down);
    await payouts.runFor(sold);
    payouts.house.clock.advance(14_999);
    await payouts.house.app.get(PayoutRecovery).sweep();
    expect(transfer).toHaveBeenCalledTimes(1);
    const find = jest.spyOn(gateway, 'findTransfer').mockResolvedValueOnce(down);
    await payouts.recover();
    expect([await state(sold), find.mock.calls.length]).toEqual([['in_transit', 1, onItsWay], 1]);
    await payouts.recover();
    expect(await state(sold)).toEqual(arrived);
  });

  it('lets a refusal that was not told go back to available', async () => {
    const sold = await payouts.earn();
    jest.spyOn(gateway, 'transfer').mockResolvedValueOnce(unknown);
    await payouts.runFor(sold);
    const failure = { code: 'account_closed', message: 'The account is closed.', retryable: false };
    jest.spyOn(gateway, 'transfer').mockResolvedValueOnce({ status: 'failed', failure });
    await payouts.recover();
    expect(await state(sold)).toEqual(['failed', 1, { available: 8_000, inTransit: 0, paid: 0 }]);
  });

  it('counts an answer to an earlier attempt for nothing', async () => {
    const sold = await payouts.earn();
    const failure = { code: 'account_closed', message: 'The account is closed.', retryable: false };
    const refused: TransferOutcome = { status: 'failed', failure };
    jest.spyOn(gateway, 'transfer').mockResolvedValueOnce(refused).mockResolvedValueOnce(unknown);
    const [{ payoutId }] = (await payouts.runFor(sold)).failed;
    const first = await payouts.house.app.get(PayoutsRepository).get(payoutId);
    await payouts.asAdmin('POST', `/admin/payouts/${payoutId}/retry`);
    await payouts.house.app.get(PayoutSettlement).settle(first, refused);
    expect(await state(sold)).toEqual(['in_transit', 2, onItsWay]);
    const paid: TransferOutcome = { status: 'paid', gatewayTransferId: 'tr_of_mars', reversed: usd(0) };
    await expect(payouts.house.app.get(PayoutSettlement).settle(first, paid)).rejects.toThrow('tr_of_mars');
    await payouts.recover();
    expect((await state(sold)).slice(0, 2)).toEqual(['paid', 2]);
  });

  it('in two processes at once takes up each payout once', async () => {
    const vendors = [await payouts.earn(), await payouts.earn(), await payouts.earn()];
    jest.spyOn(gateway, 'transfer').mockResolvedValue(unknown);
    await payouts.run();
    jest.restoreAllMocks();
    const resumed = jest.spyOn(payouts.house.app.get(PayoutSender), 'resume');
    payouts.house.clock.advance(16_000);
    const recovery = payouts.house.app.get(PayoutRecovery);
    await Promise.all([recovery.sweep(), recovery.sweep()]);
    expect(resumed).toHaveBeenCalledTimes(vendors.length);
    for (const sold of vendors) expect(await state(sold)).toEqual(arrived);
  });

  it('touches none of another gateway', async () => {
    const sold = await payouts.earn();
    jest.spyOn(gateway, 'transfer').mockResolvedValueOnce(unknown);
    await payouts.runFor(sold);
    const [{ id }] = await payouts.payouts(sold);
    const moveTo = (name: string) =>
      payouts.house.dataSource.query('UPDATE payouts SET gateway = $1 WHERE id = $2', [name, id]);
    await moveTo('stripe');
    await payouts.recover();
    expect(await state(sold)).toEqual(['in_transit', 1, onItsWay]);
    await moveTo('mock');
  });

  it('hears that some came back before it has heard that it arrived', async () => {
    const sold = await payouts.earn();
    const really = gateway.transfer.bind(gateway);
    jest.spyOn(gateway, 'transfer').mockImplementationOnce(async (input) => {
      const outcome = await really(input);
      const gatewayTransferId = (outcome as { gatewayTransferId: string }).gatewayTransferId;
      const call = { gatewayTransferId, amount: usd(3_000), idempotencyKey: newId(), timeoutMs: 1_000 };
      await gateway.reverseTransfer(call);
      return unknown;
    });
    await payouts.runFor(sold);
    await payouts.house.settle();
    await payouts.recover();
    expect(await payouts.payouts(sold)).toMatchObject([{ status: 'paid', reversed: usd(3_000) }]);
    expect(await payouts.balances(sold)).toMatchObject([{ available: 3_000, inTransit: 0, paid: 5_000 }]);
    await payouts.house.settleLate();
  });

  describe('of a reversal', () => {
    const key = () => ({ 'idempotency-key': newId() });
    const reverse = (id: string, headers = {}) =>
      payouts.asAdmin('POST', `/admin/payouts/${id}/reverse`, { reason: 'Wrong account' }, headers);

    it.each([
      ['did not arrive', false],
      ['was carried out', true],
    ])('fetches back once, when the gateway gave no answer and the call %s', async (_, carriedOut) => {
      const sold = await payouts.earn();
      const [{ payoutId }] = (await payouts.runFor(sold)).paid;
      const really = gateway.reverseTransfer.bind(gateway);
      jest.spyOn(gateway, 'reverseTransfer').mockImplementationOnce(async (input) => {
        if (carriedOut) await really(input);
        return unknown;
      });
      const headers = key();
      expect(await reverse(payoutId, headers)).toMatchObject({
        status: 200,
        body: { status: 'paid', reversal: { reason: 'Wrong account' } },
      });
      expect(await reverse(payoutId, headers)).toMatchObject({
        status: 409,
        body: { type: '/problems/request-in-progress' },
      });
      expect(await reverse(payoutId)).toMatchObject({ body: { type: '/problems/payout-not-reversible' } });
      await payouts.recover();
      expect(await payouts.payouts(sold)).toMatchObject([{ status: 'returned', reversed: usd(8_000) }]);
      expect(await payouts.available(sold)).toBe(8_000);
      expect(await reverse(payoutId, headers)).toMatchObject({ status: 200, body: { status: 'returned' } });
    });

    it('drops one that the gateway refuses then', async () => {
      const sold = await payouts.earn();
      const [{ payoutId }] = (await payouts.runFor(sold)).paid;
      const failure = { code: 'balance_insufficient', message: 'Nothing is left.', retryable: true };
      jest
        .spyOn(gateway, 'reverseTransfer')
        .mockResolvedValueOnce(unknown)
        .mockResolvedValueOnce({ status: 'failed', failure });
      await reverse(payoutId);
      await payouts.recover();
      expect((await payouts.payouts(sold))[0]).not.toHaveProperty('reversal');
      expect(await reverse(payoutId)).toMatchObject({ status: 200, body: { status: 'returned' } });
    });
  });

  describe('of a run', () => {
    it('goes on where its process died, and pays nobody twice', async () => {
      const vendors = [await payouts.earn(), await payouts.earn(), await payouts.earn()];
      const submission = payouts.house.app.get(PayoutSubmission);
      const submit = submission.submit.bind(submission);
      let deaths = 0;
      jest.spyOn(submission, 'submit').mockImplementation((run, vendorId, currency) => {
        if (vendorId === vendors[1]!.vendorId && deaths++ === 0) return Promise.reject(died);
        return submit(run, vendorId, currency);
      });
      const headers = { 'idempotency-key': newId() };
      const run = await payouts.run({}, headers);
      const ours = ({ vendorId }: { vendorId: string }) => vendors.some((sold) => sold.vendorId === vendorId);
      expect(run.paid.filter(ours)).toHaveLength(2);
      expect(run.skipped.filter(ours)).toMatchObject([{ reason: 'interrupted' }]);
      await payouts.recoverRuns();
      for (const sold of vendors) expect(await state(sold)).toEqual(arrived);
      const shown = await payouts.run({}, headers);
      expect([shown.runId, shown.paid.filter(ours).length]).toEqual([run.runId, 3]);
    });

    it('is gone on with by the same request, sent again', async () => {
      const sold = await payouts.earn();
      const headers = { 'idempotency-key': newId() };
      const order = { vendorId: sold.vendorId };
      jest.spyOn(payouts.house.app.get(RunExecution), 'execute').mockRejectedValueOnce(died);
      expect(await payouts.asAdmin('POST', '/admin/payouts/run', order, headers)).toMatchObject({
        status: 500,
      });
      expect(await payouts.run(order, headers)).toMatchObject({ paid: [{ vendorId: sold.vendorId }] });
      expect(await state(sold)).toEqual(arrived);
    });
  });
});
