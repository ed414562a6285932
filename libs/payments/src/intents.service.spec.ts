import { PaymentsApp, type SoldBooking } from '../../../test/support/payments-app.js';
import { Attempts } from './attempts.service.js';
import type { GatewayDown, PaymentOutcome } from './gateway/gateway-results.js';
import { PaymentGateway } from './gateway/payment-gateway.js';
import { Intents } from './intents.service.js';
import { Payment } from './payment.entity.js';

const DOWN: GatewayDown = { status: 'unavailable', rateLimited: false, retryAfterSeconds: 7 };

/** Where the gateway is slow, silent or down, or the booking's owner changes his mind. On a real PostgreSQL. */
describe('An intent', () => {
  let house: PaymentsApp;
  let gateway: PaymentGateway;
  let intents: Intents;

  beforeAll(async () => {
    house = await PaymentsApp.start();
    gateway = house.app.get(PaymentGateway);
    intents = house.app.get(Intents);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await house.requireSound();
  });
  afterAll(() => house.close());

  const find = (id: string) => house.dataSource.manager.findOneByOrFail(Payment, { id });
  const begin = async ({ id, traveller }: SoldBooking, paymentMethod = 'pm_ok') =>
    (await house.app.get(Attempts).begin(traveller, { bookingId: id, paymentMethod })).payment;
  const cancelBooking = async ({ id, traveller }: SoldBooking) => {
    await house.request(traveller, 'POST', `/bookings/${id}/cancel`, {});
    await house.settle();
  };
  /** Between create and confirm, the booking is cancelled and its handlers have run. */
  const cancelInTheMiddle = (booking: SoldBooking) => {
    const processPayment = gateway.processPayment.bind(gateway);
    jest.spyOn(gateway, 'processPayment').mockImplementationOnce((input, onCreated) =>
      processPayment(input, async (id) => {
        const decision = await onCreated(id);
        await cancelBooking(booking);
        return decision;
      }),
    );
  };

  it('that is cancelled in the middle of a payment charges nothing any more', async () => {
    const booking = await house.book();
    cancelInTheMiddle(booking);
    expect(await house.pay(booking)).toMatchObject({
      status: 409,
      body: { type: '/problems/payment-canceled' },
    });
    expect(await house.booking(booking)).toMatchObject({ status: 'cancelled', paid: { amount: 0 } });
    expect(await house.books(booking)).toEqual({});
  });

  it('of an attempt that was given up is not confirmed, but cancelled', async () => {
    const booking = await house.book();
    const payment = await begin(booking);
    await house.dataSource.manager.update(Payment, { id: payment.id }, { superseded: true });
    expect(await intents.charge(payment)).toMatchObject({ status: 'canceled' });
    expect(await find(payment.id)).toMatchObject({ status: 'canceled', intentClosed: true });
  });

  it('of a declined attempt must be closed before the next one starts', async () => {
    const booking = await house.book();
    await house.pay(booking, 'pm_declined');
    const create = jest.spyOn(gateway, 'processPayment');
    for (const answer of [DOWN, { status: 'unknown' }] satisfies PaymentOutcome[]) {
      jest.spyOn(gateway, 'cancelPayment').mockResolvedValueOnce(answer);
      expect(await house.pay(booking)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    }
    expect(create).not.toHaveBeenCalled();
    expect(await house.pay(booking)).toMatchObject({ status: 201, body: { attempt: 4 } });
  });

  it('that could not be created says when to try again', async () => {
    jest.spyOn(gateway, 'processPayment').mockResolvedValueOnce(DOWN);
    expect(await house.pay(await house.book())).toMatchObject({
      status: 503,
      headers: { 'retry-after': '7' },
    });
  });

  it('that is not there yet cannot be cancelled: the job tries again', async () => {
    const { id } = await begin(await house.book());
    await expect(intents.cancel(id)).rejects.toThrow('not there yet');
  });

  it('whose cancellation got no answer is cancelled again later', async () => {
    const { id } = (await house.pay(await house.book(), 'pm_3ds')).body;
    jest.spyOn(gateway, 'cancelPayment').mockResolvedValueOnce(DOWN);
    await expect(intents.cancel(id)).rejects.toThrow('did not say');
    await intents.cancel(id);
    await intents.cancel(id);
    expect(await find(id)).toMatchObject({ status: 'canceled' });
  });

  it('that the gateway has news of is read; news of strangers are none', async () => {
    const { gatewayPaymentId } = (await house.pay(await house.book(), 'pm_3ds')).body;
    jest.spyOn(gateway, 'getPaymentStatus').mockResolvedValueOnce({ status: 'unknown' });
    await expect(intents.refresh(gatewayPaymentId)).rejects.toThrow('did not say');
    await intents.refresh(gatewayPaymentId);
    await intents.refresh('somebody_elses');
  });

  it('that the bank is still working on is awaited', async () => {
    const booking = await house.book();
    const processing = { status: 'processing', gatewayPaymentId: 'pi_slow' } as const;
    jest.spyOn(gateway, 'processPayment').mockImplementationOnce(async (_, onCreated) => {
      await onCreated(processing.gatewayPaymentId);
      return processing;
    });
    const { status, body } = await house.pay(booking);
    expect([status, body.status]).toEqual([201, 'processing']);
    jest.spyOn(gateway, 'getPaymentStatus').mockResolvedValue(processing);
    await house.recover();
    expect(await find(body.id)).toMatchObject({ status: 'processing' });
  });

  it('that is open keeps departure and items of the booking as they are', async () => {
    const booking = await house.book();
    const { unitId } = (await house.booking(booking)).items[0];
    const change = () =>
      house.request(booking.traveller, 'PATCH', `/bookings/${booking.id}`, {
        items: [{ unitId, quantity: 2 }],
      });
    const { id } = (await house.pay(booking, 'pm_3ds')).body;
    expect(await change()).toMatchObject({ status: 409, body: { type: '/problems/payment-in-progress' } });
    await intents.cancel(id);
    expect(await change()).toMatchObject({ status: 200, body: { total: { amount: 20_000 } } });
    expect(await house.pay(booking)).toMatchObject({ status: 201, body: { amount: { amount: 20_000 } } });
  });
});
