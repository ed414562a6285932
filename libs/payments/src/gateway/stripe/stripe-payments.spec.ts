import { money } from '@app/kernel';
import { Logger } from '@nestjs/common';
import { GatewayCalls, goOn, idOf } from '../contract/gateway-calls.contract.js';
import { startStripe, type StripeHarness } from './stripe-harness.contract.js';

describe('a payment at Stripe', () => {
  let stripe: StripeHarness;
  const calls = new GatewayCalls(() => stripe);

  beforeEach(async () => {
    stripe = await startStripe();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await stripe.close();
  });

  it.each([
    ['USD', 10_050, 10_050],
    ['JPY', 500, 500],
    ['KWD', 5120, 5120],
    ['ISK', 500, 50_000],
    ['UGX', 4000, 400_000],
  ])('of %s %i is for %i there, and comes back as ours', async (currency, ours, theirs) => {
    const outcome = await calls.pay('good', money(ours, currency));
    expect(outcome).toMatchObject({ status: 'succeeded', captured: money(ours, currency) });
    const there = { amount: theirs, currency: currency.toLowerCase() };
    expect(stripe.fake.intents.get(idOf(outcome))).toMatchObject(there);
  });

  it('keeps 2.9 % and 30 of the charge there', async () => {
    expect(await calls.pay('good')).toMatchObject({ fee: money(320, 'USD') });
    expect(await calls.pay('good', money(4000, 'UGX'))).toMatchObject({ fee: money(146, 'UGX') });
  });

  it('can be traced back from there, and is by card only', async () => {
    const order = calls.order('good');
    const id = idOf(await calls.gateway.processPayment(order, goOn));
    expect(stripe.fake.intents.get(id)).toMatchObject({
      metadata: order.metadata,
      transfer_group: `booking:${order.metadata.bookingId}`,
      capture_method: 'automatic',
      allowed_payment_method_types: ['card'],
    });
    expect(stripe.fake.requests.map(({ idempotencyKey }) => idempotencyKey)).toEqual([
      `${order.idempotencyKey}:create`,
      `${order.idempotencyKey}:confirm`,
    ]);
  });

  it('sends the payer to his bank, and from there to us', async () => {
    const outcome = await calls.pay('challenged');
    expect(outcome).toMatchObject({
      status: 'requires_action',
      nextAction: { type: 'redirect_to_url', url: expect.stringMatching(/^https:/) },
      clientSecret: expect.stringContaining('_secret'),
    });
    const { next_action: next } = stripe.fake.intents.get(idOf(outcome));
    expect(next.redirect_to_url.return_url).toBe('https://travellr.example');
  });

  it('may take its time', async () => {
    const order = { ...calls.order('good'), paymentMethod: 'pm_processing' };
    const outcome = await calls.gateway.processPayment(order, goOn);
    expect(outcome).toEqual({ status: 'processing', gatewayPaymentId: idOf(outcome) });
    stripe.fake.intents.finishProcessing(idOf(outcome), 'failed');
    expect(await calls.statusOf(idOf(outcome))).toMatchObject({
      status: 'failed',
      failure: { code: 'card_declined', declineCode: 'generic_decline' },
    });
  });

  it('has succeeded only once its fee is known', async () => {
    const id = await calls.paid();
    const charge = stripe.fake.charges.paidOf(id)!;
    const movement: unknown = charge['balance_transaction'];
    charge['balance_transaction'] = null;
    expect(await calls.statusOf(id)).toEqual({ status: 'processing', gatewayPaymentId: id });
    charge['balance_transaction'] = movement;
    expect(await calls.statusOf(id)).toMatchObject({ status: 'succeeded', fee: money(320, 'USD') });
  });

  it('says what it became where the balance is kept in another currency', async () => {
    stripe.fake.world.balance.conversions.set('eur', { currency: 'usd', rate: 1.1 });
    expect(await calls.pay('good', money(10_000, 'EUR'))).toMatchObject({
      status: 'succeeded',
      captured: money(10_000, 'EUR'),
      settled: money(11_000, 'USD'),
      fee: money(352, 'USD'),
    });
  });

  it('keeps the id of the request that was declined', async () => {
    const outcome = await calls.pay('declined');
    expect(outcome).toMatchObject({ failure: { requestId: expect.stringMatching(/^req_/) } });
  });

  it('that Stripe will not even begin fails, and nothing stays behind', async () => {
    const error = { type: 'invalid_request_error' as const, code: 'amount_too_small', message: 'Too small.' };
    stripe.fake.faults.fail('POST', /payment_intents$/, 400, { error });
    const logged = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    const onCreated = jest.fn(goOn);
    expect(await calls.gateway.processPayment(calls.order('good'), onCreated)).toEqual({
      status: 'failed',
      failure: {
        code: 'amount_too_small',
        message: 'The payment gateway does not take this payment.',
        retryable: false,
        requestId: expect.stringMatching(/^req_/),
      },
    });
    expect(onCreated).not.toHaveBeenCalled();
    expect(logged).toHaveBeenCalledWith(
      expect.objectContaining({ code: 'amount_too_small', requestId: expect.stringMatching(/^req_/) }),
      expect.stringContaining('Too small.'),
    );
    expect(stripe.fake.world.objects.all('payment_intent')).toEqual([]);
  });

  it('that Stripe has never heard of is a fault of ours', async () => {
    await expect(calls.statusOf('pi_unheard')).rejects.toThrow(/No such payment_intent/);
    jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    await expect(calls.cancel('pi_unheard')).rejects.toThrow(/No such payment_intent/);
  });
});
