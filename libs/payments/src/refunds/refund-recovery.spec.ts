import { Bookings } from '@app/bookings';
import { PaymentsApp, type SoldBooking } from '../../../../test/support/payments-app.js';
import { PaymentGateway } from '../gateway/payment-gateway.js';
import { Payment } from '../payment.entity.js';
import { RefundIssuer } from './refund-issuer.js';
import { Refund } from './refund.entity.js';

/** Refunds whose request died between two of its steps. On a real PostgreSQL, with the mock gateway. */
describe('Recovery of a refund', () => {
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
      metadata: { bookingId: booking.id, paymentId, userId: booking.traveller.id, refundId: id },
      idempotencyKey,
      timeoutMs: 1_000,
    });
    const post = jest.spyOn(gateway, 'refundPayment');
    await house.recover();
    expect(await refund(id)).toMatchObject({ status: 'succeeded' });
    expect(post).not.toHaveBeenCalled();
  });

  it('does not post one that the gateway may have', async () => {
    const { id } = await issue(await house.book());
    const post = jest.spyOn(gateway, 'refundPayment');
    const find = jest.spyOn(gateway, 'findRefund').mockResolvedValueOnce({ status: 'unknown' });
    await house.recover();
    expect([find.mock.calls.length, post.mock.calls.length]).toEqual([1, 0]);
    await house.recover();
    expect(post).toHaveBeenCalledTimes(1);
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
