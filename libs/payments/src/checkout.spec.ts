import { newId } from '@app/kernel';
import { PaymentsApp, type SoldBooking } from '../../../test/support/payments-app.js';
import { PaymentGateway } from './gateway/payment-gateway.js';

/** Over HTTP, on a real PostgreSQL, with the mock gateway. */
describe('Paying', () => {
  let house: PaymentsApp;

  beforeAll(async () => {
    house = await PaymentsApp.start();
  });
  afterEach(() => house.requireSound());
  afterAll(() => house.close());

  const get = (booking: SoldBooking, id: string) =>
    house.request(booking.traveller, 'GET', `/payments/${id}`);
  const paymentsOf = async ({ id, traveller }: SoldBooking) =>
    (await house.request(traveller, 'GET', `/payments?bookingId=${id}`)).body.data;
  const authenticate = ({ traveller }: SoldBooking, url: string, outcome: 'pass' | 'fail') =>
    house.request(traveller, 'POST', url.replace('/api/v1', ''), { outcome });
  const atGateway = (gatewayPaymentId: string) =>
    house.app.get(PaymentGateway).getPaymentStatus(gatewayPaymentId, { timeoutMs: 1000 });
  const key = () => ({ 'idempotency-key': newId() });

  it('charges what the booking costs, confirms it at once and posts it', async () => {
    const booking = await house.book();
    const { status, body } = await house.pay(booking);
    expect([status, body]).toMatchObject([
      201,
      {
        bookingId: booking.id,
        attempt: 1,
        status: 'succeeded',
        amount: { amount: 10_000, currency: 'USD' },
        refunded: { amount: 0, currency: 'USD' },
        gateway: 'mock',
        gatewayPaymentId: expect.stringMatching(/^mock_pi_/),
      },
    ]);
    for (const absent of ['failure', 'clientSecret', 'nextAction']) expect(body).not.toHaveProperty(absent);
    expect(await house.booking(booking)).toMatchObject({ status: 'confirmed', paid: { amount: 10_000 } });
    expect(await house.books(booking)).toEqual({
      'gateway:balance': 9680,
      'platform:gateway_fees': 320,
      'vendor:pending': -8000,
      'commission:deferred': -2000,
    });
    expect(await house.eventsOf(booking)).toEqual([
      'booking.created',
      'payment.processed',
      'booking.confirmed',
    ]);
  });

  it('is declined with a reason; a good card after that is one charge', async () => {
    const booking = await house.book();
    const declined = await house.pay(booking, 'pm_insufficient_funds');
    expect(declined).toMatchObject({
      status: 402,
      body: {
        type: '/problems/payment-declined',
        paymentId: expect.any(String),
        failure: { code: 'card_declined', declineCode: 'insufficient_funds', retryable: true },
      },
    });
    const first = (await get(booking, declined.body.paymentId)).body;
    expect(first).toMatchObject({ status: 'failed', failure: { code: 'card_declined' } });

    expect(await house.pay(booking)).toMatchObject({
      status: 201,
      body: { attempt: 2, status: 'succeeded' },
    });
    expect(await atGateway(first.gatewayPaymentId)).toMatchObject({ status: 'canceled' });
    expect(await house.booking(booking)).toMatchObject({ status: 'confirmed', paid: { amount: 10_000 } });
    expect(await house.eventsOf(booking)).toContain('payment.failed');
  });

  it('that the gateway would not even begin is declined, without the id of its request; another may be tried', async () => {
    const booking = await house.book();
    const failure = { code: 'amount_too_small', message: 'Not this payment.', retryable: false };
    jest
      .spyOn(house.app.get(PaymentGateway), 'processPayment')
      .mockResolvedValueOnce({ status: 'failed', failure: { ...failure, requestId: 'req_1' } });
    const { status, body } = await house.pay(booking);
    expect([status, body.type, body.failure]).toEqual([402, '/problems/payment-declined', failure]);
    expect(await house.pay(booking)).toMatchObject({ status: 201, body: { attempt: 2 } });
  });

  it('with a method unknown to the gateway is 422 and leaves nothing behind', async () => {
    const booking = await house.book();
    const headers = key();
    expect(await house.pay(booking, 'pm_of_mars', headers)).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'paymentMethod' }] },
    });
    expect(await paymentsOf(booking)).toEqual([]);
    expect(await house.pay(booking, 'pm_of_mars', headers)).toMatchObject({ status: 422 });
  });

  it('that the gateway turns away charged nothing, and may be sent again with the same key', async () => {
    const booking = await house.book();
    const headers = key();
    const away = await house.pay(booking, 'pm_rate_limited', headers);
    expect(away).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { type: '/problems/gateway-unavailable' },
    });
    expect(await house.pay(booking, 'pm_rate_limited', headers)).toMatchObject({ status: 503 });
    expect(await paymentsOf(booking)).toMatchObject([
      { attempt: 2, status: 'failed', failure: { code: 'gateway_unavailable' } },
      { attempt: 1, status: 'failed' },
    ]);
    expect(await house.pay(booking)).toMatchObject({ status: 201, body: { attempt: 3 } });
  });

  describe('with 3-D Secure', () => {
    it('is confirmed once the challenge is passed', async () => {
      const booking = await house.book();
      const { status, body } = await house.pay(booking, 'pm_3ds');
      expect([status, body]).toMatchObject([
        201,
        { status: 'requires_action', nextAction: { type: 'authenticate' }, clientSecret: expect.any(String) },
      ]);
      expect(await house.booking(booking)).toMatchObject({ status: 'pending' });
      const forVendor = (await house.request(booking.vendor, 'GET', `/payments/${body.id}`)).body;
      expect(forVendor).not.toHaveProperty('clientSecret');
      expect(forVendor).not.toHaveProperty('nextAction');

      expect(await authenticate(booking, body.nextAction.url, 'pass')).toMatchObject({ status: 200 });
      await house.settle();
      expect((await get(booking, body.id)).body).toMatchObject({ status: 'succeeded' });
      expect(await house.booking(booking)).toMatchObject({ status: 'confirmed' });
      expect(await authenticate(booking, body.nextAction.url, 'pass')).toMatchObject({
        status: 409,
        body: { type: '/problems/intent-state' },
      });
    });

    it('fails with the challenge, and the booking can be paid otherwise', async () => {
      const booking = await house.book();
      const { body } = await house.pay(booking, 'pm_3ds');
      await authenticate(booking, body.nextAction.url, 'fail');
      await house.settle();
      const failed = (await get(booking, body.id)).body;
      expect(failed).toMatchObject({ status: 'failed', failure: { code: 'authentication_failed' } });
      expect(await house.pay(booking)).toMatchObject({ status: 201, body: { status: 'succeeded' } });
    });

    it('keeps a second payment waiting', async () => {
      const booking = await house.book();
      await house.pay(booking, 'pm_3ds');
      expect(await house.pay(booking)).toMatchObject({
        status: 409,
        body: { type: '/problems/payment-in-progress' },
      });
    });
  });

  it('twice at once is one charge', async () => {
    const booking = await house.book();
    const answers = await Promise.all(Array.from({ length: 5 }, () => house.pay(booking)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    expect(await paymentsOf(booking)).toHaveLength(1);
    expect(await house.booking(booking)).toMatchObject({ paid: { amount: 10_000 } });
  });

  describe('with an Idempotency-Key', () => {
    it('repeats the answer, not the charge', async () => {
      const booking = await house.book();
      const headers = key();
      const first = await house.pay(booking, 'pm_ok', headers);
      const again = await house.pay(booking, 'pm_ok', headers);
      expect([again.status, again.body]).toEqual([201, first.body]);
      expect(again.headers['idempotency-replayed']).toBe('true');
    });

    it('repeats a decline', async () => {
      const booking = await house.book();
      const headers = key();
      const first = await house.pay(booking, 'pm_declined', headers);
      const again = await house.pay(booking, 'pm_declined', headers);
      expect(again).toMatchObject({ status: 402, body: { paymentId: first.body.paymentId } });
      expect(again.headers['idempotency-replayed']).toBe('true');
      expect(await paymentsOf(booking)).toHaveLength(1);
    });

    it('cannot pay for something else', async () => {
      const [booking, other] = [await house.book(), await house.book()];
      const headers = key();
      await house.pay(booking, 'pm_ok', headers);
      const mixedUp = await house.pay({ ...other, traveller: booking.traveller }, 'pm_ok', headers);
      expect(mixedUp).toMatchObject({ status: 422, body: { type: '/problems/idempotency-key-reused' } });
    });

    it('is told to wait while the first request is being worked on; a silent gateway leaves the outcome unknown', async () => {
      const booking = await house.book();
      const headers = key();
      const first = house.pay(booking, 'pm_timeout_then_ok', headers);
      await house.eventually(async () => (await paymentsOf(booking)).length === 1);
      const meanwhile = await house.pay(booking, 'pm_timeout_then_ok', headers);
      expect(meanwhile).toMatchObject({
        status: 409,
        headers: { 'retry-after': '1' },
        body: { type: '/problems/request-in-progress' },
      });
      expect(await first).toMatchObject({ status: 201, body: { status: 'unknown' } });
      expect(await house.pay(booking, 'pm_timeout_then_ok', headers)).toMatchObject({ status: 201 });
      await house.recover();
      expect(await house.booking(booking)).toMatchObject({ status: 'confirmed' });
    });
  });

  it('is for pending bookings only', async () => {
    const [paid, cancelled, lapsed] = [await house.book(), await house.book(), await house.book()];
    await house.pay(paid);
    await house.request(cancelled.traveller, 'POST', `/bookings/${cancelled.id}/cancel`, {});
    house.clock.advance(16 * 60_000);
    for (const booking of [paid, cancelled, lapsed]) {
      const problem = { status: 409, body: { type: '/problems/booking-not-payable' } };
      expect(await house.pay(booking)).toMatchObject(problem);
      expect(await house.pay(booking, 'pm_ok', key())).toMatchObject(problem);
    }
  });

  it('is for the traveller only; the payment is seen by him, the vendor and admins', async () => {
    const booking = await house.book();
    const [stranger, admin] = [await house.createUser(), await house.createUser('admin')];
    for (const traveller of [stranger, booking.vendor, admin]) {
      expect(await house.pay({ ...booking, traveller })).toMatchObject({ status: 404 });
    }
    const { body } = await house.pay(booking);
    const urls = [`/payments/${body.id}`, `/payments?bookingId=${booking.id}`];
    for (const url of urls) {
      for (const actor of [booking.traveller, booking.vendor, admin]) {
        expect(await house.request(actor, 'GET', url)).toMatchObject({ status: 200 });
      }
      expect(await house.request(stranger, 'GET', url)).toMatchObject({ status: 404 });
    }
    expect(await get(booking, newId())).toMatchObject({ status: 404 });
    expect(await house.request(admin, 'GET', '/payments')).toMatchObject({ status: 422 });
  });

  it('lists attempts page by page, newest first', async () => {
    const booking = await house.book();
    for (let attempt = 1; attempt <= 3; attempt++) await house.pay(booking, 'pm_declined');
    const url = `/payments?bookingId=${booking.id}&limit=2`;
    const first = (await house.request(booking.traveller, 'GET', url)).body;
    const second = (await house.request(booking.traveller, 'GET', `${url}&cursor=${first.nextCursor}`)).body;
    expect([...first.data, ...second.data].map(({ attempt }: { attempt: number }) => attempt)).toEqual([
      3, 2, 1,
    ]);
    expect(second.nextCursor).toBeNull();
  });
});
