import { PaymentsApp, type SoldBooking } from '../../../../test/support/payments-app.js';
import { Disputes } from '../disputes/disputes.service.js';
import { MockDispute } from '../gateway/mock/mock-dispute.entity.js';
import { Payment } from '../payment.entity.js';
import { Refund } from '../refunds/refund.entity.js';

const DAY_MS = 86_400_000;

/** What payments make of the news of others. On a real PostgreSQL, with the mock gateway; events are relayed, jobs are run. */
describe('When', () => {
  let house: PaymentsApp;

  beforeAll(async () => {
    house = await PaymentsApp.start();
  });
  afterEach(() => house.requireSound());
  afterAll(() => house.close());

  const cancel = async ({ id }: SoldBooking, actor: SoldBooking['vendor']) => {
    const answer = await house.request(actor, 'POST', `/bookings/${id}/cancel`, {
      reason: 'Changed my mind',
    });
    expect(answer.status).toBe(200);
    await house.settle();
  };
  const quote = async ({ id, traveller }: SoldBooking) =>
    (await house.request(traveller, 'GET', `/bookings/${id}/cancellation-quote`)).body;
  const refundedOf = async (booking: SoldBooking) => (await house.booking(booking)).refunded.amount;
  const statusOf = async (id: string) =>
    (await house.dataSource.manager.findOneByOrFail(Payment, { id })).status;

  describe('a booking is cancelled', () => {
    it('in time, everything goes back', async () => {
      const booking = await house.book();
      await house.pay(booking);
      await cancel(booking, booking.traveller);
      expect(await refundedOf(booking)).toBe(10_000);
      expect(await house.books(booking)).toEqual({ 'gateway:balance': -320, 'platform:gateway_fees': 320 });
    });

    it('late, what the quote promised goes back, and what is kept is shared', async () => {
      const booking = await house.book({ total: 10_001, startsInDays: 3 });
      await house.pay(booking);
      const { refund, fee } = await quote(booking);
      expect([refund.amount, fee.amount]).toEqual([5_000, 5_001]);
      await cancel(booking, booking.traveller);
      expect(await refundedOf(booking)).toBe(5_000);
      expect(await house.books(booking)).toMatchObject({
        'vendor:available': -4_000,
        'commission:revenue': -1_001,
      });
    });

    it('too late, nothing goes back and all is earned', async () => {
      const booking = await house.book({ startsInDays: 0.5 });
      await house.pay(booking);
      await cancel(booking, booking.traveller);
      expect(await refundedOf(booking)).toBe(0);
      expect(await house.books(booking)).toMatchObject({
        'vendor:available': -8_000,
        'commission:revenue': -2_000,
      });
    });

    it('by its vendor, everything goes back however late', async () => {
      const booking = await house.book({ startsInDays: 0.5 });
      await house.pay(booking);
      await cancel(booking, booking.vendor);
      expect(await refundedOf(booking)).toBe(10_000);
    });

    it('after a partial refund, that part counts', async () => {
      const booking = await house.book({ startsInDays: 3 });
      const { id } = (await house.pay(booking)).body;
      const body = { amount: { amount: 3_000, currency: 'USD' }, reason: 'It rained' };
      await house.request(booking.vendor, 'POST', `/payments/${id}/refund`, body);
      expect((await quote(booking)).refund.amount).toBe(2_000);
      await cancel(booking, booking.traveller);
      expect(await refundedOf(booking)).toBe(5_000);
      expect(await house.books(booking)).toMatchObject({
        'vendor:available': -4_000,
        'commission:revenue': -1_000,
      });
    });

    it('and more was refunded meanwhile, no more goes back than was paid', async () => {
      const booking = await house.book();
      const { id } = (await house.pay(booking)).body;
      await house.request(booking.traveller, 'POST', `/bookings/${booking.id}/cancel`, {});
      const body = { amount: { amount: 9_000, currency: 'USD' }, reason: 'At once' };
      await house.request(booking.vendor, 'POST', `/payments/${id}/refund`, body);
      await house.settle();
      expect(await refundedOf(booking)).toBe(10_000);
    });

    it('and a bank takes the money before it is sent back, nothing is left to be sent', async () => {
      const booking = await house.book();
      await house.pay(booking, 'pm_dispute');
      await house.request(booking.traveller, 'POST', `/bookings/${booking.id}/cancel`, {});
      const { gatewayPaymentId } = await house.dataSource.manager.findOneByOrFail(Payment, {
        bookingId: booking.id,
      });
      const dispute = await house.dataSource.manager.findOneByOrFail(MockDispute, {
        paymentId: gatewayPaymentId!,
      });
      await house.app.get(Disputes).refresh(dispute.id);
      await house.settle();
      expect(await house.dataSource.manager.countBy(Refund, { bookingId: booking.id })).toBe(0);
      expect(await house.booking(booking)).toMatchObject({ status: 'cancelled', refunded: { amount: 0 } });
      const waiting = await house.dataSource.query('SELECT FROM graphile_worker.jobs WHERE attempts > 0');
      expect(waiting).toEqual([]);
    });

    it('while a payment waits for its payer, the intent is closed', async () => {
      const booking = await house.book();
      const { id } = (await house.pay(booking, 'pm_3ds')).body;
      await cancel(booking, booking.traveller);
      expect(await statusOf(id)).toBe('canceled');
      expect(await house.books(booking)).toEqual({});
    });
  });

  it('a booking expires, its open intents are closed, a declined one too', async () => {
    const booking = await house.book();
    const declined = (await house.pay(booking, 'pm_declined')).body.paymentId;
    const open = (await house.pay(booking, 'pm_3ds')).body.id;
    house.clock.advance(DAY_MS);
    await house.expireHolds();
    await house.settle();
    expect([await statusOf(declined), await statusOf(open)]).toEqual(['failed', 'canceled']);
    const attempts = await house.dataSource.manager.findBy(Payment, { bookingId: booking.id });
    expect(attempts.map(({ intentClosed }) => intentClosed)).toEqual([true, true]);
  });

  describe('a vendor', () => {
    it('is approved, an account for his payouts is opened', async () => {
      const { vendorId, vendor } = await house.book();
      await house.dataSource.query(`UPDATE vendors SET status = 'pending' WHERE id = $1`, [vendorId]);
      const admin = await house.createUser('admin');
      expect(await house.request(admin, 'POST', `/admin/vendors/${vendorId}/approve`)).toMatchObject({
        status: 200,
      });
      await house.settle();
      const { body } = await house.request(vendor, 'GET', `/vendors/${vendorId}`);
      expect(body.payoutAccount).toEqual({ id: expect.stringMatching(/^mock_acct_/), payoutsEnabled: true });
      expect(await house.request(vendor, 'POST', `/vendors/${vendorId}/payout-account`)).toEqual(
        expect.objectContaining({ status: 201, body: body.payoutAccount }),
      );
    });

    it('asks for one himself, he gets one; a stranger does not', async () => {
      const { vendorId, vendor, traveller } = await house.book();
      const url = `/vendors/${vendorId}/payout-account`;
      expect(await house.request(traveller, 'POST', url)).toMatchObject({ status: 404 });
      const { status, body } = await house.request(vendor, 'POST', url);
      expect([status, body.payoutsEnabled]).toEqual([201, true]);
      expect((await house.request(vendor, 'POST', url)).body).toEqual(body);
    });
  });
});
