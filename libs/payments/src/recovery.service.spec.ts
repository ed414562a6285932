import { Bookings } from '@app/bookings';
import { newId } from '@app/kernel';
import { PaymentsApp, type SoldBooking } from '../../../test/support/payments-app.js';
import { Attempts } from './attempts.service.js';
import { PaymentGateway } from './gateway/payment-gateway.js';
import { Payment } from './payment.entity.js';
import { PaymentsRepository } from './payments.repository.js';
import { Recovery } from './recovery.service.js';
import { RefundIssuer } from './refunds/refund-issuer.js';
import { Refund } from './refunds/refund.entity.js';

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
  const begin = ({ id, traveller }: SoldBooking, paymentMethod = 'pm_ok') =>
    house.app.get(Attempts).begin(traveller, { bookingId: id, paymentMethod });
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
    expect(await find(id)).toMatchObject({ status: 'requires_action' });
  });

  it('forgets an attempt with a payment method that does not exist', async () => {
    const { id } = await begin(await house.book(), 'pm_of_mars');
    await house.recover();
    expect(await house.dataSource.manager.existsBy(Payment, { id })).toBe(false);
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

  it('goes on until nothing is left, however much there is', async () => {
    const { traveller, ...booking } = await house.book();
    const { id } = await begin({ traveller, ...booking });
    await house.recover();
    await house.dataSource.query(
      `INSERT INTO payments SELECT (jsonb_populate_record(payment, jsonb_build_object('id', gen_random_uuid(), 'attempt', 1 + n,
         'status', 'processing', 'superseded', true, 'gateway_payment_id', 'none-' || n))).*
       FROM payments payment, generate_series(1, 45) AS n WHERE id = $1`,
      [id],
    );
    const read = jest.spyOn(gateway, 'getPaymentStatus').mockResolvedValue({ status: 'unknown' });
    await house.recover();
    expect(read).toHaveBeenCalledTimes(45);
    await house.dataSource.query(`DELETE FROM payments WHERE gateway_payment_id LIKE 'none-%'`);
  });

  describe('of a refund', () => {
    const issue = async (booking: SoldBooking) => {
      const paymentId = (await house.pay(booking)).body.id as string;
      const full = await house.app.get(Bookings).get(booking.traveller, booking.id);
      const payment = await find(paymentId);
      return house.transactor.run((tx) =>
        house.app.get(RefundIssuer).issue({ booking: full, payment, reason: 'It rained' }, tx),
      );
    };
    const refund = (id: string) => house.dataSource.manager.findOneByOrFail(Refund, { id });

    it('sends one that never reached the gateway', async () => {
      const booking = await house.book();
      const { id } = await issue(booking);
      await house.recover();
      expect(await refund(id)).toMatchObject({ status: 'succeeded' });
      expect(await house.booking(booking)).toMatchObject({ refunded: { amount: 10_000 } });
    });

    it('finds one that was carried out and not told: it is not carried out twice', async () => {
      const booking = await house.book();
      const { id, paymentId, money, idempotencyKey } = await issue(booking);
      const payment = await find(paymentId);
      await gateway.refundPayment({
        gatewayPaymentId: payment.gatewayPaymentId!,
        amount: money,
        metadata: { bookingId: booking.id, paymentId, userId: booking.traveller.id },
        idempotencyKey,
        timeoutMs: 1_000,
      });
      await house.recover();
      expect(await refund(id)).toMatchObject({ status: 'succeeded' });
    });

    it('keeps one pending while the gateway does not answer', async () => {
      const { id } = await issue(await house.book());
      jest.spyOn(gateway, 'refundPayment').mockResolvedValueOnce({ status: 'unknown' });
      await house.recover();
      expect(await refund(id)).toMatchObject({ status: 'pending' });
      await house.recover();
      expect(await refund(id)).toMatchObject({ status: 'succeeded' });
    });
  });
});
