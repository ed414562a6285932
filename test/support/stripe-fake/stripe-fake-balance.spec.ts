import StripeNode from 'stripe';
import { clientOf, errorOf, key, order } from './client.js';
import { StripeFake } from './stripe-fake.js';

let fake: StripeFake;
let stripe: StripeNode;
const created = (paymentMethod?: string) => stripe.paymentIntents.create(order(paymentMethod), key());
const confirmed = async (paymentMethod?: string) =>
  stripe.paymentIntents.confirm((await created(paymentMethod)).id, {}, key());
const types = () => fake.events.map(({ type }) => type);

beforeEach(async () => {
  fake = await StripeFake.start();
  stripe = clientOf(fake);
});
afterEach(() => fake.close());

describe('a dispute', () => {
  it('withdraws amount and fee, and gives the amount back when it is won', async () => {
    const { id: intent } = await confirmed();
    const { id } = fake.disputes.open(intent);
    expect(await stripe.disputes.retrieve(id)).toMatchObject({
      status: 'needs_response',
      payment_intent: intent,
      reason: 'fraudulent',
      balance_transactions: [{ net: -11_500, fee: 1500, reporting_category: 'dispute', source: id }],
    });
    expect(await errorOf(stripe.refunds.create({ payment_intent: intent }, key()))).toMatchObject({
      code: 'charge_disputed',
    });
    fake.disputes.close(id, 'won');
    expect(await stripe.disputes.retrieve(id)).toMatchObject({
      status: 'won',
      balance_transactions: [
        { net: -11_500 },
        { net: 10_000, fee: 0, reporting_category: 'dispute_reversal' },
      ],
    });
    expect((await stripe.disputes.list({ payment_intent: intent })).data).toHaveLength(1);
    expect(types().slice(3)).toEqual([
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.funds_reinstated',
      'charge.dispute.closed',
    ]);
  });

  it('comes by itself with its token, and lost it takes the money', async () => {
    await confirmed('pm_dispute');
    const [dispute] = (await stripe.disputes.list()).data;
    fake.disputes.close(dispute!.id, 'lost');
    expect(fake.world.balance.available('usd')).toBe(9680 - 11_500);
  });

  it('may be an inquiry that moves nothing', async () => {
    const { id } = fake.disputes.open((await confirmed()).id, { inquiry: true });
    expect(await stripe.disputes.retrieve(id)).toMatchObject({
      status: 'warning_needs_response',
      balance_transactions: [],
    });
    fake.disputes.escalate(id);
    expect((await stripe.disputes.retrieve(id)).balance_transactions).toHaveLength(1);
  });
});

describe('a transfer', () => {
  const account = async () => {
    const capabilities = { transfers: { requested: true } };
    const { id } = await stripe.accounts.create({ country: 'US', capabilities }, key());
    return id;
  };
  const transfer = (destination: string, amount: number) =>
    stripe.transfers.create({ amount, currency: 'usd', destination, transfer_group: 'payout:1' }, key());

  it('goes to an account whose owner has completed his details', async () => {
    fake.topUp(10_000, 'usd');
    const id = await account();
    expect(await errorOf(transfer(id, 1))).toMatchObject({ code: 'insufficient_capabilities_for_transfer' });
    const links = { refresh_url: 'https://shop.test/again', return_url: 'https://shop.test/done' };
    const link = await stripe.accountLinks.create(
      { account: id, type: 'account_onboarding', ...links },
      key(),
    );
    expect(link.url).toContain(id);
    fake.accounts.enable(id);
    expect(await stripe.accounts.retrieve(id)).toMatchObject({ payouts_enabled: true });

    const made = await transfer(id, 8000);
    expect(made).toMatchObject({ amount: 8000, reversed: false, destination: id });
    expect((await stripe.transfers.list({ transfer_group: 'payout:1' })).data).toMatchObject([
      { id: made.id },
    ]);
    expect(await errorOf(transfer(id, 2001))).toMatchObject({
      statusCode: 400,
      code: 'balance_insufficient',
    });
  });

  it('is fetched back in parts', async () => {
    fake.topUp(10_000, 'usd');
    fake.accounts.onboarded = true;
    const { id } = await transfer(await account(), 8000);
    const reversal = await stripe.transfers.createReversal(id, { amount: 3000 }, key());
    expect(await errorOf(stripe.transfers.createReversal(id, { amount: 5001 }, key()))).toMatchObject({
      statusCode: 400,
    });
    fake.transfers.reverse(id);
    expect(await stripe.transfers.retrieve(id)).toMatchObject({ amount_reversed: 8000, reversed: true });
    expect((await stripe.transfers.listReversals(id)).data).toHaveLength(2);
    const expand = ['data.source.transfer'];
    const { data } = await stripe.balanceTransactions.list({ type: 'transfer_refund', expand });
    expect(data[1]).toMatchObject({ net: 3000, source: { id: reversal.id, transfer: { id } } });
  });

  it('waits for funds that are still pending', async () => {
    fake.accounts.onboarded = true;
    fake.world.balance.fundsDelayMs = 86_400_000;
    await confirmed();
    expect(await errorOf(transfer(await account(), 1))).toMatchObject({ code: 'balance_insufficient' });
    expect(await stripe.balance.retrieve()).toMatchObject({ pending: [{ amount: 9680, currency: 'usd' }] });
  });
});

it('keeps its balance in another currency where it is told to', async () => {
  fake.world.balance.conversions.set('eur', { currency: 'usd', rate: 1.1 });
  const expand = ['latest_charge.balance_transaction'];
  const intent = await stripe.paymentIntents.create(
    { ...order(), currency: 'eur', confirm: true, expand },
    key(),
  );
  expect(intent.latest_charge).toMatchObject({
    currency: 'eur',
    balance_transaction: { amount: 11_000, fee: 352, currency: 'usd', exchange_rate: 1.1 },
  });
});
