import type { Actor } from '@app/http';
import { newId } from '@app/kernel';
import { PaymentsApp, type Answer, type SoldBooking } from '../../../../test/support/payments-app.js';
import type { PaymentOutcome } from '../gateway/gateway-results.js';
import { PaymentGateway } from '../gateway/payment-gateway.js';

const DAY_MS = 86_400_000;
const FAILURE = {
  code: 'expired_or_canceled_card',
  message: 'The card can no longer be refunded.',
  retryable: true,
};
const NOT_FAILED = { status: 409, body: { type: '/problems/refund-not-failed' } };

/** Refunds that failed, and what admins do about them. Over HTTP, on a real PostgreSQL, with the mock gateway. */
describe('A refund that failed', () => {
  let house: PaymentsApp;
  let admin: Actor;

  beforeAll(async () => {
    house = await PaymentsApp.start();
    admin = await house.createUser('admin');
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await house.requireSound();
  });
  afterAll(() => house.close());

  const failOnce = () =>
    jest
      .spyOn(house.app.get(PaymentGateway), 'refundPayment')
      .mockResolvedValueOnce({ status: 'failed', failure: FAILURE });
  type Owed = SoldBooking & { paymentId: string; refundId: string };
  const refund = async ({ vendor, paymentId }: Omit<Owed, 'refundId'>, amount = 6_000): Promise<Answer> =>
    house.request(vendor, 'POST', `/payments/${paymentId}/refund`, {
      reason: 'It rained',
      amount: { amount, currency: 'USD' },
    });
  /** 60.00 of 100.00 that could not be given back. */
  const owe = async ({ completed = false } = {}): Promise<Owed> => {
    const booking = await house.book();
    const paymentId = (await house.pay(booking)).body.id as string;
    if (completed) {
      house.clock.advance(31 * DAY_MS);
      await house.request(booking.vendor, 'POST', `/bookings/${booking.id}/complete`);
    }
    failOnce();
    return { ...booking, paymentId, refundId: (await refund({ ...booking, paymentId })).body.id };
  };
  const retry = (refundId: string, headers = {}, actor = admin) =>
    house.request(actor, 'POST', `/admin/refunds/${refundId}/retry`, undefined, headers);
  const abandon = (refundId: string, headers = {}, actor = admin) =>
    house.request(actor, 'POST', `/admin/refunds/${refundId}/abandon`, { reason: 'Paid in cash' }, headers);
  const refundedOf = async (booking: SoldBooking) => (await house.booking(booking)).refunded.amount;
  const list = async (query: string) => (await house.request(admin, 'GET', `/admin/refunds?${query}`)).body;

  it('is found by admins, page by page', async () => {
    const [first, second] = [await owe(), await owe()];
    const page = await list('status=failed&limit=1');
    expect(page.data).toMatchObject([
      { id: second.refundId, status: 'failed', failure: { code: FAILURE.code } },
    ]);
    const next = await list(`status=failed&limit=1&cursor=${page.nextCursor}`);
    expect(next.data).toMatchObject([{ id: first.refundId }]);
    expect((await list('status=canceled')).data).toEqual([]);
    expect((await list('')).data.length).toBeGreaterThanOrEqual(2);
    expect((await house.request(admin, 'GET', '/admin/refunds?cursor=mine')).status).toBe(422);
    expect((await house.request(admin, 'GET', '/admin/refunds?status=lost')).status).toBe(422);
  });

  it('is retried as another refund that takes its place; the books see one', async () => {
    const owed = await owe();
    const { status, body } = await retry(owed.refundId);
    expect([status, body]).toMatchObject([
      201,
      { paymentId: owed.paymentId, amount: { amount: 6_000 }, reason: 'It rained', status: 'succeeded' },
    ]);
    const all = (await list('')).data;
    expect(all.find(({ id }: { id: string }) => id === owed.refundId)).toMatchObject({
      status: 'failed',
      retriedAs: body.id,
    });
    expect(await refundedOf(owed)).toBe(6_000);
    expect(await house.books(owed)).toMatchObject({ 'vendor:pending': -3_200, 'commission:deferred': -800 });
    expect(await house.books(owed)).not.toHaveProperty('refunds:in_flight');
    expect(await refund(owed, 4_001)).toMatchObject({ status: 409 });
    expect(await refund(owed, 4_000)).toMatchObject({ status: 201 });
    expect(await house.books(owed)).toEqual({ 'gateway:balance': -320, 'platform:gateway_fees': 320 });
  });

  it('is retried once at a time, again when that fails too, and with its key repeated rather than retried', async () => {
    const owed = await owe();
    failOnce();
    const headers = { 'idempotency-key': newId() };
    const answers = await Promise.all([retry(owed.refundId, headers), retry(owed.refundId)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const second = answers.find(({ status }) => status === 201)?.body;
    expect(second).toMatchObject({ status: 'failed' });
    expect(await retry(owed.refundId)).toMatchObject({ ...NOT_FAILED, body: { retriedAs: second.id } });
    expect(await abandon(owed.refundId)).toMatchObject(NOT_FAILED);

    const third = await retry(second.id, { 'idempotency-key': 'again' });
    expect(third.body).toMatchObject({ status: 'succeeded' });
    expect(await retry(second.id, { 'idempotency-key': 'again' })).toMatchObject({
      status: 201,
      headers: { 'idempotency-replayed': 'true' },
      body: { id: third.body.id },
    });
    expect(await refundedOf(owed)).toBe(6_000);
  });

  it('is abandoned: the money is whose it was, and may be refunded anew', async () => {
    const owed = await owe();
    const headers = { 'idempotency-key': newId() };
    expect(await abandon(owed.refundId, headers)).toMatchObject({
      status: 200,
      body: { status: 'canceled', reason: 'It rained', abandonReason: 'Paid in cash' },
    });
    expect(await abandon(owed.refundId, headers)).toMatchObject({
      status: 200,
      headers: { 'idempotency-replayed': 'true' },
    });
    expect(await abandon(owed.refundId)).toMatchObject(NOT_FAILED);
    expect(await retry(owed.refundId)).toMatchObject(NOT_FAILED);
    expect(await house.books(owed)).toMatchObject({
      'vendor:pending': -8_000,
      'commission:deferred': -2_000,
    });
    expect((await house.eventsOf(owed)).slice(-2)).toEqual(['refund.failed', 'refund.abandoned']);
    expect(await refund(owed, 10_000)).toMatchObject({ status: 201, body: { status: 'succeeded' } });
    expect(await house.books(owed)).toEqual({ 'gateway:balance': -320, 'platform:gateway_fees': 320 });
  });

  it('is abandoned after the booking is over: the money is available at once', async () => {
    const owed = await owe({ completed: true });
    expect(await house.books(owed)).toMatchObject({ 'vendor:available': -3_200, 'commission:revenue': -800 });
    await abandon(owed.refundId);
    expect(await house.books(owed)).toMatchObject({
      'vendor:available': -8_000,
      'commission:revenue': -2_000,
    });
  });

  it('is not abandoned while its booking waits for another payment: who is to have the money is open', async () => {
    const booking = await house.book();
    const gateway = house.app.get(PaymentGateway);
    const processPayment = gateway.processPayment.bind(gateway);
    // The booking was cheaper when this was paid: it is not what the booking costs, and goes back.
    jest.spyOn(gateway, 'processPayment').mockImplementationOnce(async (input, onCreated) => ({
      ...((await processPayment(input, onCreated)) as Extract<PaymentOutcome, { status: 'succeeded' }>),
      captured: { amount: 9_000, currency: 'USD' },
    }));
    await house.pay(booking);
    failOnce();
    await house.settle();
    const [{ id }] = (await list('status=failed&limit=1')).data;
    expect(await abandon(id)).toMatchObject({ status: 409, body: { type: '/problems/booking-undecided' } });

    house.clock.advance(DAY_MS);
    await house.expireHolds();
    expect(await abandon(id)).toMatchObject({ status: 200 });
    expect(await house.books(booking)).toMatchObject({
      'vendor:available': -7_200,
      'commission:revenue': -1_800,
    });
  });

  it('is retried and abandoned by admins alone; any other refund by nobody', async () => {
    const owed = await owe();
    for (const act of [retry, abandon]) {
      expect(await act(owed.refundId, {}, owed.vendor)).toMatchObject({ status: 403 });
      expect(await act(newId())).toMatchObject({ status: 404 });
    }
    const { body } = await refund(owed, 1_000);
    expect(await retry(body.id)).toMatchObject({ ...NOT_FAILED, body: { refundStatus: 'succeeded' } });
    expect(await abandon(body.id)).toMatchObject(NOT_FAILED);
    const url = `/admin/refunds/${owed.refundId}/abandon`;
    expect(await house.request(admin, 'POST', url, { reason: ' ' })).toMatchObject({ status: 422 });
  });
});
