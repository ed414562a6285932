import { EventEmitter, once } from 'node:events';
import { Schedules } from '@app/events';
import { newId } from '@app/kernel';
import { Logger } from '@nestjs/common';
import { PaymentsApp, type SoldBooking } from '../../../test/support/payments-app.js';
import { Attempts } from './attempts.service.js';
import { PaymentGateway } from './gateway/payment-gateway.js';
import { Intents } from './intents.service.js';
import { Payment } from './payment.entity.js';
import { PaymentsRepository } from './payments.repository.js';
import { Recovery } from './recovery.service.js';
import { RefundSender } from './refunds/refund-sender.js';

/** Requests that died between two of their steps. On a real PostgreSQL, with the mock gateway. */
describe('Recovery', () => {
  let house: PaymentsApp;
  let gateway: PaymentGateway;

  beforeAll(async () => {
    house = await PaymentsApp.start();
    gateway = house.app.get(PaymentGateway);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await house.recover(); // nothing is left for the next test
    await house.requireSound();
  });
  afterAll(() => house.close());

  const find = (id: string) => house.dataSource.manager.findOneByOrFail(Payment, { id });
  const headers = () => ({ 'idempotency-key': newId() });
  const begin = async ({ id, traveller }: SoldBooking, paymentMethod = 'pm_ok') =>
    (await house.app.get(Attempts).begin(traveller, { bookingId: id, paymentMethod })).payment;
  /** The attempt gets as far as `stop`, and then its request dies. */
  const dieAt = async (booking: SoldBooking, stop: 'created' | 'confirmed', paymentMethod = 'pm_ok') => {
    const payment = await begin(booking, paymentMethod);
    await gateway.processPayment(
      {
        amount: payment.total,
        paymentMethod,
        metadata: { bookingId: booking.id, paymentId: payment.id, userId: booking.traveller.id },
        idempotencyKey: `pay:${payment.id}`,
        timeoutMs: 1_000,
      },
      async (id) => {
        await house.app.get(PaymentsRepository).storeGatewayId(payment.id, id, house.clock.now());
        return stop === 'created' ? 'leave' : 'confirm';
      },
    );
    return payment.id;
  };
  const atGateway = async (id: string) =>
    (await gateway.getPaymentStatus((await find(id)).gatewayPaymentId!, { timeoutMs: 1_000 })).status;

  it('cancels an attempt of which the gateway had not heard; the booking can be paid anew', async () => {
    const booking = await house.book();
    const { id } = await begin(booking);
    await house.recover();
    expect(await find(id)).toMatchObject({ status: 'canceled', intentClosed: true });
    expect(await atGateway(id)).toBe('canceled');
    expect(await house.pay(booking)).toMatchObject({ status: 201, body: { attempt: 2 } });
  });

  it('cancels an attempt that was created and not confirmed, and never confirms it', async () => {
    const id = await dieAt(await house.book(), 'created');
    await house.recover();
    expect([(await find(id)).status, await atGateway(id)]).toEqual(['canceled', 'canceled']);
  });

  it('records a charge that happened', async () => {
    const booking = await house.book();
    const id = await dieAt(booking, 'confirmed');
    await house.recover();
    expect(await find(id)).toMatchObject({ status: 'succeeded', captured: 10_000 });
    expect(await house.booking(booking)).toMatchObject({ status: 'confirmed' });
  });

  it('records a decline that was not told', async () => {
    const id = await dieAt(await house.book(), 'confirmed', 'pm_declined');
    await house.recover();
    expect(await find(id)).toMatchObject({ status: 'failed', failureCode: 'card_declined' });
  });

  it('cancels a challenge that nobody was shown', async () => {
    const id = await dieAt(await house.book(), 'confirmed', 'pm_3ds');
    await house.recover();
    expect([(await find(id)).status, await atGateway(id)]).toEqual(['canceled', 'canceled']);
  });

  it('leaves alone a challenge that somebody was shown', async () => {
    const booking = await house.book();
    const { id } = (await house.pay(booking, 'pm_3ds')).body;
    await house.recover();
    house.clock.advance(60_000);
    await house.recover();
    expect([(await find(id)).status, await atGateway(id)]).toEqual(['requires_action', 'requires_action']);
    await house.request(booking.traveller, 'POST', `/bookings/${booking.id}/cancel`, {});
    await house.settle();
  });

  it('notices within a minute or so that a challenge was passed, be nobody told', async () => {
    const [passed, failed] = [await house.book(), await house.book()];
    const admin = await house.createUser('admin');
    await house.request(admin, 'PUT', '/mock-gateway/knobs', { webhooks: { drop: true } });
    for (const [{ traveller, ...booking }, outcome] of [
      [passed, 'pass'],
      [failed, 'fail'],
    ] as const) {
      const { nextAction } = (await house.pay({ traveller, ...booking }, 'pm_3ds')).body;
      await house.request(traveller, 'POST', nextAction.url.replace('/api/v1', ''), { outcome });
    }
    await house.request(admin, 'PUT', '/mock-gateway/knobs', {});
    await house.settle();
    expect(await house.booking(passed)).toMatchObject({ status: 'pending' });
    house.clock.advance(45_000);
    await house.recover();
    expect(await house.booking(passed)).toMatchObject({ status: 'confirmed', paid: { amount: 10_000 } });
    expect(await house.pay(failed)).toMatchObject({ status: 201, body: { attempt: 2 } });
  });

  it('finds out what became of a charge whose answer never came; until then nobody can pay again', async () => {
    const booking = await house.book();
    const { status, body } = await house.pay(booking, 'pm_timeout_then_ok');
    expect([status, body.status]).toEqual([201, 'unknown']);
    expect(await house.pay(booking)).toMatchObject({
      status: 409,
      body: { type: '/problems/payment-in-progress' },
    });
    await house.recover();
    expect(await find(body.id)).toMatchObject({ status: 'succeeded' });
    await house.settleLate();
    expect(await house.booking(booking)).toMatchObject({ status: 'confirmed', paid: { amount: 10_000 } });
  });

  it('does not write what it has read over what came to be known meanwhile', async () => {
    const booking = await house.book();
    const id = await dieAt(booking, 'confirmed');
    const payment = await find(id);
    const gatewayPaymentId = payment.gatewayPaymentId!;
    for (const stale of ['processing', 'canceled'] as const) {
      jest.spyOn(gateway, 'getPaymentStatus').mockImplementationOnce(async () => {
        await house.app.get(Intents).refresh(gatewayPaymentId);
        return { status: stale, gatewayPaymentId };
      });
      await house.app.get(Intents).resume(payment);
      expect(await find(id)).toMatchObject({ status: 'succeeded', captured: 10_000 });
    }
    expect(await house.booking(booking)).toMatchObject({ status: 'confirmed', refunded: { amount: 0 } });
  });

  it('leaves to another gateway what was begun there, and says so once', async () => {
    const [booking, refunded, declined] = [await house.book(), await house.book(), await house.book()];
    const { id } = await begin(booking);
    const paymentId = (await house.pay(refunded)).body.id as string;
    await house.pay(declined, 'pm_declined');
    jest.spyOn(gateway, 'refundPayment').mockResolvedValueOnce({ status: 'unknown' });
    const refund = (
      await house.request(refunded.vendor, 'POST', `/payments/${paymentId}/refund`, { reason: 'It rained' })
    ).body;
    const moveTo = (name: string) =>
      house.dataSource.query('UPDATE payments SET gateway = $1 WHERE booking_id = ANY ($2)', [
        name,
        [booking.id, refunded.id, declined.id],
      ]);
    await moveTo('stripe');
    const calls = (
      ['processPayment', 'getPaymentStatus', 'cancelPayment', 'refundPayment', 'findRefund'] as const
    ).map((name) => jest.spyOn(gateway, name));
    calls[3]?.mockClear();
    const told = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    await house.recover();
    await house.recover();
    await house.app.get(RefundSender).resume(refund.id);
    await house.app
      .get(Intents)
      .cancel((await house.dataSource.manager.findOneByOrFail(Payment, { bookingId: declined.id })).id);
    expect(calls.flatMap(({ mock }) => mock.calls)).toEqual([]);
    expect(told.mock.calls.map(([message]) => String(message))).toEqual([
      expect.stringContaining('2 unfinished payments or refunds are of another gateway'),
      expect.stringContaining('stays open at stripe'),
    ]);
    expect(await house.pay(declined)).toMatchObject({ status: 201, body: { gateway: 'mock', attempt: 2 } });

    await moveTo('mock');
    await house.recover();
    expect(await find(id)).toMatchObject({ status: 'canceled' });
    expect(await house.booking(refunded)).toMatchObject({ refunded: { amount: 10_000 } });
  });

  it('forgets an attempt with a payment method that does not exist', async () => {
    const { id } = await begin(await house.book(), 'pm_of_mars');
    await house.recover();
    expect(await house.dataSource.manager.existsBy(Payment, { id })).toBe(false);
  });

  it('takes up what is due while the gateway keeps an earlier sweep waiting', async () => {
    const stuck = await begin(await house.book());
    const bell = new EventEmitter();
    const [hung, answered] = [once(bell, 'hung'), once(bell, 'answered')];
    jest.spyOn(gateway, 'processPayment').mockImplementationOnce(async () => {
      bell.emit('hung');
      await answered;
      throw new Error('timed out');
    });
    const sweep = house.recover();
    await hung;

    const { id } = await begin(await house.book());
    await house.recover();
    expect(await find(id)).toMatchObject({ status: 'canceled' });
    expect(house.app.get(Schedules).all()).toContainEqual(
      expect.objectContaining({ name: 'recover-payments', atOnce: 8 }),
    );

    bell.emit('answered');
    await sweep;
    expect(await find(stuck.id)).toMatchObject({ status: 'canceled' });
  });

  it('fails an attempt that the gateway would not even begin', async () => {
    const { id } = await begin(await house.book());
    const failure = { code: 'amount_too_small', message: 'Not this payment.', retryable: false };
    jest.spyOn(gateway, 'processPayment').mockResolvedValueOnce({ status: 'failed', failure });
    await house.recover();
    expect(await find(id)).toMatchObject({ status: 'failed', failureCode: 'amount_too_small' });
  });

  it('lets the same request be sent again when nothing came of the first', async () => {
    const booking = await house.book();
    const key = headers();
    const begun = jest.spyOn(gateway, 'processPayment').mockRejectedValueOnce(new Error('the process died'));
    expect(await house.pay(booking, 'pm_ok', key)).toMatchObject({ status: 500 });
    expect(begun).toHaveBeenCalledTimes(1);
    expect(await house.pay(booking, 'pm_ok', key)).toMatchObject({
      status: 409,
      body: { type: '/problems/request-in-progress' },
    });
    await house.recover();
    expect(await house.pay(booking, 'pm_ok', key)).toMatchObject({ status: 201, body: { attempt: 2 } });
  });

  it('waits until an attempt has been left for 15 seconds', async () => {
    const { id } = await begin(await house.book());
    house.clock.advance(14_999);
    await house.app.get(Recovery).sweep();
    expect(await find(id)).toMatchObject({ status: 'pending' });
  });

  it('tries again later when the gateway gives no answer, and does not let one failure hold up the others', async () => {
    const [stuck, other] = [await begin(await house.book()), await begin(await house.book())];
    const read = jest.spyOn(gateway, 'getPaymentStatus').mockRejectedValueOnce(new Error('no such object'));
    read.mockResolvedValueOnce({ status: 'unknown' });
    await house.recover();
    expect([(await find(stuck.id)).status, (await find(other.id)).status]).toEqual(['pending', 'pending']);
    await house.recover();
    expect([(await find(stuck.id)).status, (await find(other.id)).status]).toEqual(['canceled', 'canceled']);
  });

  it('in two processes at once takes up each attempt once', async () => {
    const ids = await Promise.all(
      Array.from({ length: 5 }, async () => (await begin(await house.book(), 'pm_declined')).id),
    );
    const resumed = jest.spyOn(gateway, 'getPaymentStatus');
    house.clock.advance(16_000);
    await Promise.all([house.app.get(Recovery).sweep(), house.app.get(Recovery).sweep()]);
    expect(resumed).toHaveBeenCalledTimes(ids.length);
  });

  it('goes on until nothing is left, however much there is, and asks for nothing twice, however long it takes', async () => {
    const { traveller, ...booking } = await house.book();
    const { id } = await begin({ traveller, ...booking });
    await house.recover();
    await house.dataSource.query(
      `INSERT INTO payments SELECT (jsonb_populate_record(payment, jsonb_build_object('id', gen_random_uuid(), 'attempt', 1 + n,
         'status', 'processing', 'superseded', true, 'gateway_payment_id', 'none-' || n))).*
       FROM payments payment, generate_series(1, 45) AS n WHERE id = $1`,
      [id],
    );
    const read = jest.spyOn(gateway, 'getPaymentStatus').mockImplementation(() => {
      house.clock.advance(1_000);
      return Promise.resolve({ status: 'unknown' });
    });
    await house.recover();
    expect(read).toHaveBeenCalledTimes(45);
    await house.dataSource.query(`DELETE FROM payments WHERE gateway_payment_id LIKE 'none-%'`);
  });
});
