import { BankDispute, DISPUTE_FEE } from '../../../../test/support/bank.js';
import { disputedOf, sellPaid, type PaidBooking } from '../../../../test/support/paid-bookings.js';
import { PaymentsApp, type Answer } from '../../../../test/support/payments-app.js';
import { expectOk } from '../../../../test/support/shop.js';

const DAY_MS = 86_400_000;
const usd = (amount: number) => ({ amount, currency: 'USD' });
const FEES = DISPUTE_FEE.amount;

type Step = (sold: PaidBooking, dispute: BankDispute) => Promise<unknown>;

/** On a real PostgreSQL; the bank's part is told as the gateway would tell it. */
describe('A dispute', () => {
  let house: PaymentsApp;

  beforeAll(async () => {
    house = await PaymentsApp.start();
  });
  afterEach(() => house.requireSound());
  afterAll(() => house.close());

  const sell = (options?: Parameters<PaymentsApp['book']>[0], paymentMethod?: string) =>
    sellPaid(house, options, paymentMethod);
  const disputeOf = ({ paymentId }: PaidBooking, amount?: number) =>
    new BankDispute(house.app, paymentId, amount);
  const refund = ({ vendor, paymentId }: PaidBooking, amount?: number): Promise<Answer> =>
    house.request(vendor, 'POST', `/payments/${paymentId}/refund`, {
      reason: 'It rained',
      ...(amount !== undefined && { amount: usd(amount) }),
    });
  const payment = async ({ traveller, paymentId }: PaidBooking) =>
    (await house.request(traveller, 'GET', `/payments/${paymentId}`)).body;
  const disputed = (sold: PaidBooking) => disputedOf(house, sold);
  /** Without what the gateway charged for the payment and the dispute. */
  const books = async (sold: PaidBooking) => {
    const { 'platform:gateway_fees': _, 'platform:dispute_fees': __, ...rest } = await house.books(sold);
    return rest;
  };

  const complete: Step = async (sold) => {
    house.clock.advance(31 * DAY_MS);
    expectOk(await house.request(sold.vendor, 'POST', `/bookings/${sold.id}/complete`));
  };
  const cancelBy =
    (who: 'traveller' | 'vendor'): Step =>
    async (sold) => {
      expectOk(await house.request(sold[who], 'POST', `/bookings/${sold.id}/cancel`, {}));
      await house.settle();
    };
  const cancel = cancelBy('traveller');
  const open: Step = (_, dispute) => dispute.becomes('open');
  const win: Step = (_, dispute) => dispute.becomes('won');
  const lose: Step = (_, dispute) => dispute.becomes('lost');

  it('takes the money of the payment, and freezes the share of the vendor', async () => {
    const sold = await sell();
    const fee = (await house.books(sold))['platform:gateway_fees']!;
    await open(sold, disputeOf(sold));

    expect(await house.books(sold)).toEqual({
      'gateway:balance': -fee - FEES,
      'platform:gateway_fees': fee,
      'platform:dispute_fees': FEES,
      'dispute:receivable': 10_000,
      'vendor:dispute_hold': -8_000,
      'commission:deferred': -2_000,
    });
    expect(await disputed(sold)).toEqual([10_000, 10_000]);
    expect(await payment(sold)).toMatchObject({ status: 'disputed', refunded: usd(0) });
    expect(await refund(sold, 1)).toMatchObject({
      status: 409,
      body: { type: '/problems/refund-exceeds-payment', refundable: usd(0) },
    });
  });

  const earned = { 'vendor:available': -8_000, 'commission:revenue': -2_000 };
  it.each<[string, Step[], object, number[]]>([
    ['won before completion', [open, win, complete], earned, [0, 0]],
    ['won after completion', [open, complete, win], earned, [0, 0]],
    ['opened after completion and won', [complete, open, win], earned, [0, 0]],
    ['lost before completion', [open, lose, complete], {}, [10_000, 10_000]],
    ['lost after completion', [open, complete, lose], {}, [10_000, 10_000]],
    ['opened after completion and lost', [complete, open, lose], {}, [10_000, 10_000]],
    ['cancelled meanwhile and lost', [open, cancel, lose], {}, [10_000, 10_000]],
  ])('%s leaves nothing waiting', async (_, steps, left, taken) => {
    const sold = await sell();
    const dispute = disputeOf(sold);
    for (const step of steps) await step(sold, dispute);
    await house.settle();

    const { 'gateway:balance': balance, ...rest } = await books(sold);
    expect(rest).toEqual(left);
    expect(await disputed(sold)).toEqual(taken);
    const { 'platform:gateway_fees': fee } = await house.books(sold);
    expect(balance).toBe((taken[0] === 0 ? 10_000 : 0) - fee! - FEES);
  });

  it('that is won after the traveller cancelled pays him what his cancellation promises', async () => {
    const sold = await sell();
    const dispute = disputeOf(sold);
    await open(sold, dispute);
    house.clock.advance(25 * DAY_MS);
    const quote = `/bookings/${sold.id}/cancellation-quote`;
    expect((await house.request(sold.traveller, 'GET', quote)).body).toMatchObject({
      refund: usd(0),
      fee: usd(0),
    });
    await cancel(sold, dispute);
    expect((await house.booking(sold)).refunded).toEqual(usd(0));

    await win(sold, dispute);
    await house.settle();
    expect((await house.booking(sold)).refunded).toEqual(usd(5_000));
    expect(await books(sold)).toMatchObject({ 'vendor:available': -4_000, 'commission:revenue': -1_000 });
    expect(await payment(sold)).toMatchObject({ status: 'partially_refunded' });
  });

  it.each([
    [
      'opened and won between the cancellation and its refund',
      async (sold: PaidBooking, dispute: BankDispute) => {
        await house.request(sold.traveller, 'POST', `/bookings/${sold.id}/cancel`, {});
        await dispute.becomes('open');
        await dispute.becomes('won');
      },
    ],
    [
      'won just before the cancellation',
      async (sold: PaidBooking, dispute: BankDispute) => {
        await dispute.becomes('open');
        await dispute.becomes('won');
        await house.request(sold.traveller, 'POST', `/bookings/${sold.id}/cancel`, {});
      },
    ],
    [
      'won just after the cancellation',
      async (sold: PaidBooking, dispute: BankDispute) => {
        await dispute.becomes('open');
        await house.request(sold.traveller, 'POST', `/bookings/${sold.id}/cancel`, {});
        await dispute.becomes('won');
      },
    ],
  ])('%s pays it once', async (_, happen) => {
    const sold = await sell();
    house.clock.advance(25 * DAY_MS);
    await happen(sold, disputeOf(sold, 4_000));
    await house.settle();
    await house.settle();

    expect((await house.booking(sold)).refunded).toEqual(usd(5_000));
    expect(await books(sold)).toMatchObject({ 'vendor:available': -4_000, 'commission:revenue': -1_000 });
  });

  it('gives nothing back of a booking that its vendor cancelled, but what it took itself', async () => {
    const sold = await sell();
    await refund(sold, 1_000);
    const dispute = disputeOf(sold, 4_000);
    await open(sold, dispute);
    await cancelBy('vendor')(sold, dispute);
    expect((await house.booking(sold)).refunded).toEqual(usd(6_000));
    await win(sold, dispute);
    await house.settle();

    expect((await house.booking(sold)).refunded).toEqual(usd(10_000));
    expect(Object.keys(await books(sold))).toEqual(['gateway:balance']);
  });

  it('of a payment that went back already is the loss of the platform', async () => {
    const sold = await sell();
    await refund(sold);
    const dispute = disputeOf(sold);
    await open(sold, dispute);
    expect(await disputed(sold)).toEqual([0, 0]);
    expect(await payment(sold)).toMatchObject({ status: 'refunded' });
    await lose(sold, dispute);

    expect(await books(sold)).toMatchObject({ 'platform:losses': 10_000 });
    expect(Object.keys(await books(sold)).sort()).toEqual(['gateway:balance', 'platform:losses']);
  });

  it('takes no more than refunds and other disputes have left, to the minor unit', async () => {
    const sold = await sell({ total: 10_007 });
    await refund(sold, 3_333);
    const [first, second] = [disputeOf(sold, 5_000), disputeOf(sold)];
    await first.becomes('open');
    const { vendorShare, commissionShare } = await second.becomes('open');
    expect(vendorShare + commissionShare).toBe(10_007 - 3_333 - 5_000);
    expect(await payment(sold)).toMatchObject({ status: 'disputed', refunded: usd(3_333) });
    await first.becomes('lost');
    await second.becomes('lost');

    expect(await disputed(sold)).toEqual([6_674, 6_674]);
    const { 'platform:losses': losses, ...rest } = await books(sold);
    expect(losses).toBe(10_007 - 1_674);
    expect(Object.keys(rest)).toEqual(['gateway:balance']);
  });

  it('stays as it was split when a refund is given up meanwhile', async () => {
    const sold = await sell({}, 'pm_refund_fails');
    expect(await refund(sold, 4_000)).toMatchObject({ body: { status: 'failed' } });
    const dispute = disputeOf(sold);
    await open(sold, dispute);
    expect(await disputed(sold)).toEqual([6_000, 6_000]);
    const [{ id }] = await house.dataSource.query<[{ id: string }]>(
      'SELECT id FROM refunds WHERE payment_id = $1',
      [sold.paymentId],
    );
    const admin = await house.createUser('admin');
    expectOk(await house.request(admin, 'POST', `/admin/refunds/${id}/abandon`, { reason: 'Paid in cash' }));
    expect(await disputed(sold)).toEqual([6_000, 6_000]);
    await lose(sold, dispute);
    await complete(sold, dispute);

    expect(await books(sold)).toMatchObject({
      'platform:losses': 4_000,
      'vendor:available': -3_200,
      'commission:revenue': -800,
    });
  });

  it('returns of its fee what the gateway returns', async () => {
    const sold = await sell();
    const dispute = disputeOf(sold);
    await open(sold, dispute);
    await dispute.becomes('won', { feeReturned: usd(500) });
    expect(await house.books(sold)).toMatchObject({ 'platform:dispute_fees': 1_000 });
  });

  it('in another currency than the balance of the gateway leaves nothing in its own', async () => {
    const sold = await sell({ currency: 'EUR' });
    const balances = async () => {
      const rows = await house.dataSource.query<{ account: string; balance: number }[]>(
        `SELECT account.name || ' ' || account.currency AS account, sum(posting.amount)::int AS balance
         FROM journals journal JOIN postings posting ON posting.journal_id = journal.id
         JOIN ledger_accounts account ON account.id = posting.account_id
         WHERE journal.booking_id = $1 AND journal.source_type = 'dispute'
         GROUP BY 1 HAVING sum(posting.amount) <> 0`,
        [sold.id],
      );
      return Object.fromEntries(rows.map(({ account, balance }) => [account, balance]));
    };
    const dispute = disputeOf(sold);
    const settled = usd(10_900);
    await dispute.becomes('open', { settled });
    expect(await balances()).toEqual({
      'dispute:receivable EUR': 10_000,
      'vendor:pending EUR': 8_000,
      'vendor:dispute_hold EUR': -8_000,
      'fx:clearing EUR': -10_000,
      'fx:clearing USD': 10_900,
      'gateway:balance USD': -10_900 - FEES,
      'platform:dispute_fees USD': FEES,
    });

    await dispute.becomes('won', { settled, returned: usd(10_950), feeReturned: DISPUTE_FEE });
    expect(await balances()).toEqual({ 'fx:clearing USD': -50, 'gateway:balance USD': 50 });
  });
});
