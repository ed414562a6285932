import { PaymentsApp } from '../../../test/support/payments-app.js';
import { GatewayPostingsIntegrity, PaidIntegrity } from './payments.integrity.js';
import { PaymentsRepository } from './payments.repository.js';

/** On a real PostgreSQL, with records that were tampered with. */
describe('The records of payments', () => {
  let house: PaymentsApp;
  let bookingId: string;
  let paymentId: string;

  beforeEach(async () => {
    house = await PaymentsApp.start();
    const booking = await house.book();
    bookingId = booking.id;
    paymentId = (await house.pay(booking)).body.id;
    const body = { amount: { amount: 1_000, currency: 'USD' }, reason: 'It rained' };
    await house.request(booking.vendor, 'POST', `/payments/${paymentId}/refund`, body);
  });
  afterEach(() => house.close());

  const check = async () => {
    const found = [
      await house.app.get(PaidIntegrity).run(),
      await house.app.get(GatewayPostingsIntegrity).run(),
    ];
    expect(found.map(({ checked }) => checked)).toEqual([1, 1]);
    return found.flatMap(({ violations }) => violations);
  };

  it('agree', async () => {
    expect(await check()).toEqual([]);
  });

  it.each(['paid = paid + 1', 'refunded = refunded - 1', 'refund_committed = refund_committed + 1'])(
    'do not, where a booking has %s',
    async (change) => {
      await house.dataSource.query(`UPDATE bookings SET ${change}`);
      expect(await check()).toEqual([expect.stringContaining(bookingId)]);
    },
  );

  it('do not, where a payment gave back what the books do not have', async () => {
    await house.dataSource.query('UPDATE payments SET refunded = refunded + 1');
    expect(await check()).toEqual([expect.stringContaining(paymentId)]);
  });

  it('do not, where the books have a payment that is not there', async () => {
    await house.dataSource.query('DELETE FROM refunds');
    await house.dataSource.query('DELETE FROM payments');
    const found = [
      ...(await house.app.get(PaidIntegrity).run()).violations,
      ...(await house.app.get(GatewayPostingsIntegrity).run()).violations,
    ];
    expect(found.join()).toContain(bookingId);
    expect(found.join()).toContain(paymentId);
  });

  it('are summed by status', async () => {
    expect(await house.app.get(PaymentsRepository).sumByStatus()).toEqual([
      { status: 'succeeded', currency: 'USD', count: 1, amount: 10_000 },
    ]);
    expect(await house.app.get(PaymentsRepository).findAll({ page: 1, limit: 5 })).toMatchObject([
      { id: paymentId },
    ]);
    expect(await house.app.get(PaymentsRepository).findAll({ page: 2, limit: 5 })).toEqual([]);
  });
});
