import { money, newId } from '@app/kernel';
import { CALL, GatewayCalls, usd } from '../contract/gateway-calls.contract.js';
import { startStripe, type StripeHarness } from './stripe-harness.contract.js';

describe('a refund at Stripe', () => {
  let stripe: StripeHarness;
  const calls = new GatewayCalls(() => stripe);
  const statusOf = (id: string) => calls.gateway.getRefund(id, CALL);
  const refund = (gatewayPaymentId: string, currency: string, amount: number) =>
    calls.gateway.refundPayment({
      gatewayPaymentId,
      amount: money(amount, currency),
      metadata: { bookingId: newId(), paymentId: newId(), userId: newId(), refundId: newId() },
      idempotencyKey: newId(),
      ...CALL,
    });

  beforeEach(async () => {
    stripe = await startStripe();
  });
  afterEach(() => stripe.close());

  it.each([
    ['JPY', 500, 500],
    ['KWD', 5120, 5120],
    ['ISK', 500, 50_000],
  ])('of %s %i is for %i there', async (currency, ours, theirs) => {
    const outcome = await refund(await calls.paid('good', money(ours, currency)), currency, ours);
    expect(outcome).toMatchObject({ status: 'succeeded' });
    const { gatewayRefundId } = outcome as { gatewayRefundId: string };
    expect(stripe.fake.refunds.get(gatewayRefundId)).toMatchObject({ amount: theirs });
  });

  it('says what it took where the balance is kept in another currency', async () => {
    stripe.fake.world.balance.conversions.set('eur', { currency: 'usd', rate: 1.1 });
    const outcome = await refund(await calls.paid('good', money(10_000, 'EUR')), 'EUR', 5000);
    expect(outcome).toMatchObject({ status: 'succeeded', settled: usd(5500) });
  });

  it('is found by what it was for among more than a page of others', async () => {
    const id = await calls.paid();
    const first = newId();
    const gatewayRefundId = await calls.refunded(id, 1, first);
    for (let count = 0; count < 100; count += 1) await calls.refunded(id, 1);
    stripe.fake.requests.length = 0;
    const found = await calls.gateway.findRefund({ gatewayPaymentId: id, refundId: first, ...CALL });
    expect(found).toEqual({ status: 'succeeded', gatewayRefundId });
    expect(stripe.fake.requests).toHaveLength(2);
    const absent = { gatewayPaymentId: id, refundId: newId(), ...CALL };
    expect(await calls.gateway.findRefund(absent)).toEqual({ status: 'none' });
  });

  it('has succeeded only once its money has left the balance', async () => {
    const id = await calls.refunded(await calls.paid(), 100);
    const there = stripe.fake.refunds.get(id);
    const movement: unknown = there['balance_transaction'];
    there['balance_transaction'] = null;
    expect(await statusOf(id)).toEqual({ status: 'pending', gatewayRefundId: id });
    there['balance_transaction'] = movement;
    expect(await statusOf(id)).toEqual({ status: 'succeeded', gatewayRefundId: id });
  });

  it.each([
    ['expired_or_canceled_card', true],
    ['declined', true],
    ['lost_or_stolen_card', false],
  ])('that failed for %s may go through another time: %s', async (reason, retryable) => {
    const id = await calls.refunded(await calls.paid(), 100);
    stripe.fake.refunds.fail(id, reason);
    const failure = { code: reason, message: expect.any(String), retryable };
    expect(await statusOf(id)).toEqual({ status: 'failed', gatewayRefundId: id, failure });
  });

  it('that waits for the payer is pending, and canceled it is still owed', async () => {
    const id = await calls.refunded(await calls.paid('refundPends'), 100);
    stripe.fake.refunds.get(id)['status'] = 'requires_action';
    expect(await statusOf(id)).toEqual({ status: 'pending', gatewayRefundId: id });
    stripe.fake.refunds.get(id)['status'] = 'canceled';
    const failure = { code: 'canceled', message: expect.any(String), retryable: true };
    expect(await statusOf(id)).toEqual({ status: 'failed', gatewayRefundId: id, failure });
  });

  it('is refused in Stripe’s words, with the id of the request', async () => {
    const id = await calls.paid();
    const requestId = expect.stringMatching(/^req_/);
    expect(await calls.refund(id, 10_001)).toEqual({
      status: 'failed',
      failure: {
        code: 'invalid_request_error',
        message: expect.stringContaining('greater than unrefunded amount'),
        retryable: false,
        requestId,
      },
    });
    await calls.refund(id, 10_000);
    const failure = { code: 'charge_already_refunded', requestId };
    expect(await calls.refund(id, 1)).toMatchObject({ status: 'failed', failure });
  });

  it('of a payment that Stripe has never heard of is a fault of ours', async () => {
    await expect(calls.refund('pi_unheard', 1)).rejects.toThrow(/No such payment_intent/);
  });
});
