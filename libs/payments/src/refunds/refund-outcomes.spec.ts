import { PaymentsApp, type SoldBooking } from '../../../../test/support/payments-app.js';
import type { RefundOutcome } from '../gateway/gateway-results.js';
import { PaymentGateway } from '../gateway/payment-gateway.js';
import { RefundSender } from './refund-sender.js';
import { Refund } from './refund.entity.js';

const PENDING: RefundOutcome = { status: 'pending', gatewayRefundId: 're_slow' };
const SUCCEEDED: RefundOutcome = { status: 'succeeded', gatewayRefundId: 're_slow' };
const FAILED: RefundOutcome = {
  status: 'failed',
  gatewayRefundId: 're_slow',
  failure: { code: 'lost_or_stolen_card', message: 'The card is gone.', retryable: true, requestId: 'req_1' },
};

/** What a refund may still become after its request was answered. On a real PostgreSQL; the bank is slow here and there. */
describe('A refund', () => {
  let house: PaymentsApp;
  let gateway: PaymentGateway;

  beforeAll(async () => {
    house = await PaymentsApp.start();
    gateway = house.app.get(PaymentGateway);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await house.requireSound();
    await house.dataSource.query(`UPDATE refunds SET gateway_refund_id = NULL`);
  });
  afterAll(() => house.close());

  const find = (id: string) => house.dataSource.manager.findOneByOrFail(Refund, { id });
  const sell = async () => {
    const booking = await house.book();
    return { ...booking, paymentId: (await house.pay(booking)).body.id as string };
  };
  const refund = async ({ vendor, paymentId }: SoldBooking & { paymentId: string }) =>
    (await house.request(vendor, 'POST', `/payments/${paymentId}/refund`, { reason: 'It rained' })).body;
  const payment = async ({ traveller, paymentId }: SoldBooking & { paymentId: string }) =>
    (await house.request(traveller, 'GET', `/payments/${paymentId}`)).body;
  const refundedOf = async (booking: SoldBooking) => (await house.booking(booking)).refunded.amount;
  const news = () => house.app.get(RefundSender).refresh('re_slow');
  const answer = (outcome: RefundOutcome) =>
    jest.spyOn(gateway, 'refundPayment').mockResolvedValueOnce(outcome);
  const stands = (outcome: RefundOutcome) => jest.spyOn(gateway, 'getRefund').mockResolvedValue(outcome);

  describe('that the gateway is at', () => {
    it('stays pending under its id there, and is from then on read, never posted again', async () => {
      const sold = await sell();
      const post = answer(PENDING);
      const { id, status, createdAt } = await refund(sold);
      expect(status).toBe('pending');
      expect(await find(id)).toMatchObject({ gatewayRefundId: 're_slow' });

      const read = stands(PENDING);
      house.clock.advance(61_000);
      await house.recover();
      expect([read.mock.calls.length, (await find(id)).status]).toEqual([1, 'pending']);
      expect((await find(id)).updatedAt > new Date(createdAt)).toBe(true);

      stands(SUCCEEDED);
      house.clock.advance(61_000);
      await house.recover();
      expect(await find(id)).toMatchObject({ status: 'succeeded' });
      expect(await refundedOf(sold)).toBe(10_000);
      expect(post).toHaveBeenCalledTimes(1);
    });

    it('is not asked after more often than once a minute', async () => {
      const sold = await sell();
      answer(PENDING);
      const { id } = await refund(sold);
      const read = stands(PENDING);
      for (let sweeps = 0; sweeps < 7; sweeps++) await house.recover();
      expect(read).toHaveBeenCalledTimes(1);
      stands(SUCCEEDED);
      await news();
      expect(await find(id)).toMatchObject({ status: 'succeeded' });
    });

    it('is settled by the news of it, once however often and in whatever order they come', async () => {
      const sold = await sell();
      answer(PENDING);
      const { id } = await refund(sold);
      for (const outcome of [PENDING, SUCCEEDED, SUCCEEDED, PENDING]) {
        stands(outcome);
        await news();
      }
      expect(await find(id)).toMatchObject({ status: 'succeeded' });
      expect(await refundedOf(sold)).toBe(10_000);
    });

    it('fails: it stays owed, and listeners are told', async () => {
      const sold = await sell();
      answer(PENDING);
      const { id } = await refund(sold);
      stands(FAILED);
      await news();
      await news();
      expect(await find(id)).toMatchObject({
        status: 'failed',
        failureCode: 'lost_or_stolen_card',
        failureRequestId: 'req_1',
      });
      expect(await house.books(sold)).toMatchObject({ 'refunds:in_flight': -10_000 });
      expect((await house.eventsOf(sold)).filter((name) => name === 'refund.failed')).toHaveLength(1);
    });
  });

  it('that had settled and comes back is owed again; a success that is told late does not undo that', async () => {
    const sold = await sell();
    answer(SUCCEEDED);
    const { id } = await refund(sold);
    expect(await payment(sold)).toMatchObject({ status: 'refunded' });

    stands(FAILED);
    await news();
    stands(SUCCEEDED);
    await news();
    expect(await find(id)).toMatchObject({ status: 'failed', failureMessage: 'The card is gone.' });
    expect(await payment(sold)).toMatchObject({ status: 'succeeded', refunded: { amount: 0 } });
    expect(await refundedOf(sold)).toBe(0);
    expect(await house.books(sold)).toMatchObject({ 'refunds:in_flight': -10_000, 'gateway:balance': 9_680 });
    expect((await house.eventsOf(sold)).slice(-2)).toEqual(['refund.processed', 'refund.failed']);
    const again = await house.request(sold.vendor, 'POST', `/payments/${sold.paymentId}/refund`, {
      reason: '2',
    });
    expect(again).toMatchObject({ status: 409, body: { type: '/problems/refund-exceeds-payment' } });
  });

  it('whose standing the gateway does not tell is asked after again: the job fails', async () => {
    const sold = await sell();
    answer(PENDING);
    await refund(sold);
    stands({ status: 'unknown' });
    await expect(news()).rejects.toThrow('did not say');
    stands(SUCCEEDED);
    await news();
  });

  it('that is not ours concerns nobody', async () => {
    const read = stands(SUCCEEDED);
    await house.app.get(RefundSender).refresh('re_of_somebody_else');
    expect(read).not.toHaveBeenCalled();
  });

  it('taken from a balance in another currency is converted, back again when it fails later', async () => {
    const eur = (amount: number) => ({ amount, currency: 'EUR' });
    const sold = await house.book();
    const processPayment = gateway.processPayment.bind(gateway);
    jest.spyOn(gateway, 'processPayment').mockImplementationOnce(async (input, onCreated) => {
      const outcome = await processPayment(input, onCreated);
      return outcome.status === 'succeeded' ? { ...outcome, fee: eur(290), settled: eur(9_200) } : outcome;
    });
    const paymentId = (await house.pay(sold)).body.id as string;
    const balances = async () =>
      house.dataSource.query(
        `SELECT account.name || ' ' || account.currency AS account, sum(posting.amount)::int AS balance
         FROM journals journal JOIN postings posting ON posting.journal_id = journal.id
         JOIN ledger_accounts account ON account.id = posting.account_id
         WHERE journal.booking_id = $1 AND account.name IN ('gateway:balance', 'fx:clearing')
         GROUP BY 1 HAVING sum(posting.amount) <> 0 ORDER BY 1`,
        [sold.id],
      );
    const charged = [
      { account: 'fx:clearing EUR', balance: -9_200 },
      { account: 'fx:clearing USD', balance: 10_000 },
      { account: 'gateway:balance EUR', balance: 8_910 },
    ];
    expect(await balances()).toEqual(charged);

    answer({ ...SUCCEEDED, settled: eur(9_250) } as RefundOutcome);
    await refund({ ...sold, paymentId });
    expect(await balances()).toEqual([
      { account: 'fx:clearing EUR', balance: 50 },
      { account: 'gateway:balance EUR', balance: -340 },
    ]);

    stands(FAILED);
    await news();
    expect(await balances()).toEqual(charged);
  });
});
