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

describe('an intent', () => {
  it('is created, confirmed and charged, with a fee taken from the balance', async () => {
    const intent = await created();
    expect(intent).toMatchObject({
      object: 'payment_intent',
      status: 'requires_confirmation',
      amount: 10_000,
    });
    const expand = ['latest_charge.balance_transaction'];
    const paid = await stripe.paymentIntents.confirm(intent.id, { expand }, key());
    expect(paid).toMatchObject({
      status: 'succeeded',
      amount_received: 10_000,
      metadata: { bookingId: 'b1' },
      latest_charge: {
        paid: true,
        balance_transaction: { type: 'charge', amount: 10_000, fee: 320, net: 9680, status: 'available' },
      },
    });
    expect(paid.lastResponse.requestId).toMatch(/^req_/);
    const { latest_charge: charge } = await stripe.paymentIntents.retrieve(intent.id);
    expect(await stripe.charges.retrieve(charge as string)).toMatchObject({ payment_intent: intent.id });
    expect((await stripe.balance.retrieve()).available).toEqual([{ amount: 9680, currency: 'usd' }]);
    expect(types()).toEqual(['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded']);
    expect(fake.violations).toEqual([]);
  });

  it('never costs more than it brings', async () => {
    const intent = await stripe.paymentIntents.create(
      { ...order('pm_ok', 10), currency: 'jpy', confirm: true },
      key(),
    );
    const [transaction] = (await stripe.balanceTransactions.list({ source: intent.latest_charge as string }))
      .data;
    expect(transaction).toMatchObject({ amount: 10, fee: 10, net: 0 });
  });

  it('is declined with the bank’s reason, and waits for another method', async () => {
    const error = await errorOf(confirmed('pm_insufficient_funds'));
    expect(error).toBeInstanceOf(StripeNode.errors.StripeCardError);
    expect(error).toMatchObject({
      statusCode: 402,
      code: 'card_declined',
      decline_code: 'insufficient_funds',
      requestId: expect.stringMatching(/^req_/),
      payment_intent: { status: 'requires_payment_method', last_payment_error: { code: 'card_declined' } },
    });
    const { id } = error.payment_intent as { id: string };
    const again = await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' }, key());
    expect(again).toMatchObject({ status: 'succeeded', last_payment_error: null });
  });

  it.each([
    ['pass', { status: 'succeeded', next_action: null }],
    [
      'fail',
      {
        status: 'requires_payment_method',
        last_payment_error: { code: 'payment_intent_authentication_failure' },
      },
    ],
  ] as const)('asks for authentication, and the payer may %s', async (outcome, then) => {
    const { id } = await created('pm_3ds');
    const waiting = await stripe.paymentIntents.confirm(id, { return_url: 'https://shop.test/back' }, key());
    expect(waiting).toMatchObject({
      status: 'requires_action',
      next_action: { type: 'redirect_to_url', redirect_to_url: { url: expect.stringContaining(id) } },
    });
    fake.intents.authenticate(id, outcome);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject(then);
  });

  it('may be processed for a while', async () => {
    const { id, status } = await confirmed('pm_processing');
    expect(status).toBe('processing');
    fake.intents.finishProcessing(id, 'succeeded');
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('succeeded');
  });

  it('is cancelled, unless the money was quicker', async () => {
    const { id } = await created();
    expect(await stripe.paymentIntents.cancel(id, { cancellation_reason: 'abandoned' }, key())).toMatchObject(
      {
        status: 'canceled',
        cancellation_reason: 'abandoned',
      },
    );
    expect(await errorOf(stripe.paymentIntents.confirm(id, {}, key()))).toMatchObject({
      code: 'payment_intent_unexpected_state',
      payment_intent: { id, status: 'canceled' },
    });
    const paid = await confirmed();
    expect(await errorOf(stripe.paymentIntents.cancel(paid.id, {}, key()))).toMatchObject({
      code: 'payment_intent_unexpected_state',
      payment_intent: { id: paid.id, status: 'succeeded' },
    });
  });

  it.each([
    ['kwd', 10_005],
    ['isk', 10_050],
    ['usd', 0],
  ])('is not made of an amount that %s does not have: %i', async (currency, amount) => {
    const parameters = { ...order('pm_ok', amount), currency };
    const error = await errorOf(stripe.paymentIntents.create(parameters, key()));
    expect(error).toMatchObject({ statusCode: 400, param: 'amount' });
  });

  it('needs a return URL where a payer may be sent away', async () => {
    const { allowed_payment_method_types: _, ...anyMethod } = order();
    const { id } = await stripe.paymentIntents.create(anyMethod, key());
    expect((await errorOf(stripe.paymentIntents.confirm(id, {}, key()))).message).toContain('return_url');
  });

  it('knows its own tokens and intents only', async () => {
    expect(await errorOf(created('pm_of_mars'))).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'payment_method',
    });
    expect(await errorOf(stripe.paymentIntents.retrieve('pi_0'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
  });
});

describe('a refund', () => {
  const refund = (paymentIntent: string, amount?: number) =>
    stripe.refunds.create({ payment_intent: paymentIntent, amount }, key());

  it('goes back in parts up to the whole', async () => {
    const { id } = await confirmed();
    const part = await refund(id, 4000);
    expect(part).toMatchObject({ status: 'succeeded', amount: 4000, payment_intent: id });
    expect(await errorOf(refund(id, 6001))).toMatchObject({ statusCode: 400, param: 'amount' });
    const rest = await refund(id);
    expect(rest.amount).toBe(6000);
    expect(await errorOf(refund(id, 1))).toMatchObject({ code: 'charge_already_refunded' });
    const { data } = await stripe.refunds.list({ payment_intent: id });
    expect(data.map((each) => each.id)).toEqual([rest.id, part.id]);
    const transactions = await stripe.balanceTransactions.list({ type: 'refund', expand: ['data.source'] });
    expect(transactions.data.map(({ net, source }) => [net, (source as StripeNode.Refund).id])).toEqual([
      [-6000, rest.id],
      [-4000, part.id],
    ]);
  });

  it('is refused for what was never charged', async () => {
    expect(await errorOf(refund((await created()).id))).toMatchObject({ statusCode: 400 });
  });

  it('may fail at once or later, and its money comes back', async () => {
    const atOnce = await refund((await confirmed('pm_refund_fails')).id);
    expect(atOnce).toMatchObject({ status: 'failed', failure_reason: 'expired_or_canceled_card' });
    const later = await refund((await confirmed('pm_refund_fails_later')).id);
    expect(later.status).toBe('succeeded');
    fake.refunds.fail(later.id);
    const expand = ['failure_balance_transaction'];
    expect(await stripe.refunds.retrieve(later.id, { expand })).toMatchObject({
      status: 'failed',
      failure_balance_transaction: { net: 10_000, type: 'refund_failure' },
    });
    expect(fake.world.balance.available('usd')).toBe(2 * 9680);
    expect(types().filter((type) => type === 'refund.failed')).toHaveLength(2);
  });

  it('may be pending, and moves the balance once it is settled', async () => {
    const { id, status } = await refund((await confirmed('pm_refund_pending')).id);
    expect([status, fake.world.balance.available('usd')]).toEqual(['pending', 9680]);
    fake.refunds.settle(id);
    expect(await stripe.refunds.retrieve(id)).toMatchObject({ status: 'succeeded' });
    expect(fake.world.balance.available('usd')).toBe(-320);
  });
});
