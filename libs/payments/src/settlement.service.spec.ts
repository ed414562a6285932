import { money } from '@app/kernel';
import { PaymentsApp, type SoldBooking } from '../../../test/support/payments-app.js';
import type { PaymentOutcome } from './gateway/gateway-results.js';
import { Payment } from './payment.entity.js';
import { Settlement } from './settlement.service.js';

const HOLD_MS = 15 * 60_000;

/** News that comes late, twice, or out of order. On a real PostgreSQL, with the mock gateway. */
describe('Settling a payment', () => {
  let house: PaymentsApp;

  beforeAll(async () => {
    house = await PaymentsApp.start();
  });
  afterEach(() => house.requireSound());
  afterAll(() => house.close());

  const find = (id: string) => house.dataSource.manager.findOneByOrFail(Payment, { id });
  const settle = async (id: string, outcome: PaymentOutcome) =>
    house.app.get(Settlement).settle(await find(id), outcome);
  const success = async (id: string): Promise<PaymentOutcome> => {
    const { gatewayPaymentId, amount, currency } = await find(id);
    return {
      status: 'succeeded',
      gatewayPaymentId: gatewayPaymentId!,
      captured: money(amount, currency),
      fee: money(320, currency),
    };
  };
  /** The bank takes the money after all, whatever it said before; the platform has not heard of it yet. */
  const chargeAtGateway = async (id: string) => {
    const { gatewayPaymentId } = await find(id);
    await house.dataSource.query(`UPDATE mock_gateway_payments SET status = 'succeeded' WHERE id = $1`, [
      gatewayPaymentId,
    ]);
  };
  const start3ds = async (booking: SoldBooking): Promise<string> =>
    (await house.pay(booking, 'pm_3ds')).body.id;
  const cancel = ({ id, traveller }: SoldBooking) =>
    house.request(traveller, 'POST', `/bookings/${id}/cancel`, {});
  const refundsOf = (id: string) =>
    house.dataSource.query<{ status: string; amount: string }[]>(
      'SELECT status, amount FROM refunds WHERE payment_id = $1',
      [id],
    );
  const allGoneBack = { 'gateway:balance': -320, 'platform:gateway_fees': 320 };

  it('counts a success once, however often it is told, and in whatever company', async () => {
    const booking = await house.book();
    const id = await start3ds(booking);
    await chargeAtGateway(id);
    await Promise.all(Array.from({ length: 5 }, async () => settle(id, await success(id))));
    const failed = { code: 'late', message: 'too late', retryable: false };
    await settle(id, { status: 'failed', gatewayPaymentId: 'x', failure: failed });
    await settle(id, { status: 'canceled', gatewayPaymentId: 'x' });
    expect(await find(id)).toMatchObject({ status: 'succeeded', captured: 10_000, intentClosed: false });
    expect(await house.booking(booking)).toMatchObject({ status: 'confirmed', paid: { amount: 10_000 } });
    expect((await house.eventsOf(booking)).filter((name) => name === 'payment.processed')).toHaveLength(1);
  });

  it('gives late money its seats back when they are still to be had', async () => {
    const booking = await house.book({ capacity: 1 });
    const id = await start3ds(booking);
    await chargeAtGateway(id);
    house.clock.advance(HOLD_MS + 1);
    await house.expireHolds();
    expect(await house.booking(booking)).toMatchObject({ status: 'expired' });

    await settle(id, await success(id));
    expect(await house.booking(booking)).toMatchObject({ status: 'confirmed', paid: { amount: 10_000 } });
    expect(await refundsOf(id)).toEqual([]);
  });

  it('sends late money back when the seats are gone', async () => {
    const booking = await house.book({ capacity: 1 });
    const id = await start3ds(booking);
    await chargeAtGateway(id);
    house.clock.advance(HOLD_MS + 1);
    await house.expireHolds();
    await house.dataSource.query('UPDATE departures SET sellable = false WHERE id = $1', [
      booking.departureId,
    ]);

    await settle(id, await success(id));
    await house.settle();
    expect(await house.booking(booking)).toMatchObject({
      status: 'expired',
      paid: { amount: 10_000 },
      refunded: { amount: 10_000 },
    });
    expect(await house.books(booking)).toEqual(allGoneBack);
    expect((await house.request(booking.traveller, 'GET', `/payments/${id}`)).body.status).toBe('refunded');
  });

  it('sends back what comes for a cancelled booking', async () => {
    const booking = await house.book();
    const id = await start3ds(booking);
    await chargeAtGateway(id);
    expect(await cancel(booking)).toMatchObject({ status: 200 });
    await house.settle();
    expect(await find(id)).toMatchObject({ status: 'succeeded', refunded: 10_000, superseded: false });
    expect(await house.booking(booking)).toMatchObject({ status: 'cancelled', refunded: { amount: 10_000 } });
    expect(await house.books(booking)).toEqual(allGoneBack);
  });

  it('keeps one charge: the second success is superseded and goes back, and the booking counts one', async () => {
    const booking = await house.book();
    const declined = (await house.pay(booking, 'pm_declined')).body.paymentId as string;
    const paid = (await house.pay(booking)).body.id as string;
    await chargeAtGateway(declined);

    await settle(declined, await success(declined));
    await house.settle();
    expect(await find(declined)).toMatchObject({ status: 'succeeded', superseded: true, refunded: 10_000 });
    expect(await find(paid)).toMatchObject({ status: 'succeeded', superseded: false, refunded: 0 });
    expect(await house.booking(booking)).toMatchObject({
      status: 'confirmed',
      paid: { amount: 10_000 },
      refunded: { amount: 0 },
    });
    expect(await house.books(booking)).toMatchObject({
      'vendor:pending': -8000,
      'commission:deferred': -2000,
    });
  });

  it('lets an older attempt pay when its money comes first: the newer one steps back and is cancelled', async () => {
    const booking = await house.book();
    const older = (await house.pay(booking, 'pm_declined')).body.paymentId as string;
    const newer = await start3ds(booking);
    await chargeAtGateway(older);

    await settle(older, await success(older));
    await house.settle();
    expect(await find(older)).toMatchObject({ status: 'succeeded', superseded: false });
    expect(await find(newer)).toMatchObject({ status: 'canceled', superseded: true, intentClosed: true });
    expect(await house.booking(booking)).toMatchObject({ status: 'confirmed', paid: { amount: 10_000 } });
  });

  it('notices, before it charges again, that a declined attempt was paid after all', async () => {
    const booking = await house.book();
    const older = (await house.pay(booking, 'pm_declined')).body.paymentId as string;
    await chargeAtGateway(older);
    expect(await house.pay(booking)).toMatchObject({
      status: 409,
      body: { type: '/problems/payment-canceled' },
    });
    expect(await house.booking(booking)).toMatchObject({ status: 'confirmed', paid: { amount: 10_000 } });
    const charged = await house.dataSource.query<unknown[]>(
      `SELECT FROM mock_gateway_payments WHERE status = 'succeeded' AND metadata->>'bookingId' = $1`,
      [booking.id],
    );
    expect(charged).toHaveLength(1);
  });

  it('sends back what pays a price that the booking has no more', async () => {
    const booking = await house.book();
    const older = (await house.pay(booking, 'pm_declined')).body.paymentId as string;
    await house.dataSource.query('UPDATE bookings SET total = 20000 WHERE id = $1', [booking.id]);
    await house.dataSource.query(
      'UPDATE booking_items SET quantity = 2, amount = 20000 WHERE booking_id = $1',
      [booking.id],
    );
    await chargeAtGateway(older);
    await settle(older, await success(older));
    await house.settle();
    expect(await find(older)).toMatchObject({ superseded: true, refunded: 10_000 });
    expect(await house.booking(booking)).toMatchObject({ status: 'pending', paid: { amount: 0 } });
    expect(await house.pay(booking)).toMatchObject({ status: 201, body: { amount: { amount: 20_000 } } });
  });
});
