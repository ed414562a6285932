import { newId } from '@app/kernel';
import { PaymentsApp, type SoldBooking } from '../../../../test/support/payments-app.js';
import { MockSignature } from '../gateway/mock/news/mock-signature.js';
import type { PaymentOutcome } from '../gateway/gateway-results.js';
import { PaymentGateway } from '../gateway/payment-gateway.js';
import { Payment } from '../payment.entity.js';

/** What becomes of the gateway's news: over HTTP and through the jobs, on a real PostgreSQL, with the mock gateway. */
describe('News of the gateway', () => {
  let house: PaymentsApp;
  let gateway: PaymentGateway;

  beforeAll(async () => {
    house = await PaymentsApp.start();
    gateway = house.app.get(PaymentGateway);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await house.settle();
    await house.requireSound();
  });
  afterAll(() => house.close());

  /** Tells it, and has it worked on. */
  const tell = async (type: string, data: object) => {
    const body = JSON.stringify({ id: newId(), type, created: 0, data });
    const signature = house.app.get(MockSignature, { strict: false }).sign(body);
    const answer = await house.app.inject({
      method: 'POST',
      url: '/api/v1/webhooks/mock',
      payload: body,
      headers: { 'content-type': 'application/json', 'mock-signature': signature },
    });
    await house.settle();
    return answer.statusCode;
  };
  const attempts = ({ id }: SoldBooking) =>
    house.dataSource.manager.find(Payment, { where: { bookingId: id }, order: { attempt: 'ASC' } });
  const statuses = async (booking: SoldBooking) => (await attempts(booking)).map(({ status }) => status);

  describe('of an older attempt', () => {
    /** Declined first, paid then; or declined first, then challenged. */
    const twice = async (second: string) => {
      const booking = await house.book();
      await house.pay(booking, 'pm_declined');
      await house.pay(booking, second);
      await house.settle();
      return { booking, gatewayPaymentId: (await attempts(booking))[0]?.gatewayPaymentId ?? '' };
    };
    const failure = { code: 'card_declined', message: 'No.', retryable: false };

    it.each(['failed', 'canceled', 'requires_action', 'processing'] as const)(
      'that is %s undoes nothing of a newer one that has paid',
      async (status) => {
        const { booking, gatewayPaymentId } = await twice('pm_ok');
        const outcome = {
          status,
          gatewayPaymentId,
          failure,
          nextAction: { type: 'x', url: 'x' },
          clientSecret: 'x',
        };
        jest.spyOn(gateway, 'getPaymentStatus').mockResolvedValue(outcome as PaymentOutcome);
        expect(await tell('payment.failed', { gatewayPaymentId })).toBe(200);
        expect(await statuses(booking)).toEqual(['failed', 'succeeded']);
        expect(await house.booking(booking)).toMatchObject({ status: 'confirmed', paid: { amount: 10_000 } });
        expect((await house.eventsOf(booking)).filter((name) => name === 'payment.failed')).toHaveLength(1);
      },
    );

    it('that failed leaves a newer one waiting for its payer', async () => {
      const { booking, gatewayPaymentId } = await twice('pm_3ds');
      expect(await tell('payment.failed', { gatewayPaymentId })).toBe(200);
      expect(await statuses(booking)).toEqual(['failed', 'requires_action']);
    });

    it('that succeeded after all is money: the charge that is not needed goes back', async () => {
      const { booking, gatewayPaymentId } = await twice('pm_ok');
      const [captured, fee] = [10_000, 320].map((amount) => ({ amount, currency: 'USD' }));
      const outcome = { status: 'succeeded', gatewayPaymentId, captured, fee } as PaymentOutcome;
      jest.spyOn(gateway, 'getPaymentStatus').mockResolvedValue(outcome);
      const back = jest.spyOn(gateway, 'refundPayment');
      back.mockResolvedValueOnce({ status: 'succeeded', gatewayRefundId: newId() });
      expect(await tell('payment.succeeded', { gatewayPaymentId })).toBe(200);
      expect(await attempts(booking)).toMatchObject([
        { status: 'succeeded', superseded: true, refunded: 10_000 },
        { status: 'succeeded', superseded: false, refunded: 0 },
      ]);
      expect(await house.booking(booking)).toMatchObject({ status: 'confirmed', paid: { amount: 10_000 } });
      expect(back).toHaveBeenCalledTimes(1);
    });
  });

  it('of a refund settle it: one that waited, and one that failed after it had been through', async () => {
    const refund = async (paymentMethod: string) => {
      const booking = await house.book();
      const { id } = (await house.pay(booking, paymentMethod)).body;
      const { body } = await house.request(booking.vendor, 'POST', `/payments/${id}/refund`, {
        reason: 'Rain',
      });
      await house.settle();
      return [body.status, (await house.booking(booking)).refunded.amount];
    };
    expect(await refund('pm_refund_pending')).toEqual(['pending', 10_000]);
    expect(await refund('pm_refund_fails_later')).toEqual(['succeeded', 0]);
  });

  it('of a vendor’s account bring our record of it up to date', async () => {
    const { vendorId, vendor } = await house.book();
    const { id } = (await house.request(vendor, 'POST', `/vendors/${vendorId}/payout-account`)).body;
    const account = async () =>
      (await house.request(vendor, 'GET', `/vendors/${vendorId}`)).body.payoutAccount;
    const read = jest.spyOn(gateway, 'getVendorAccount');
    read.mockResolvedValue({ status: 'open', account: { id, payoutsEnabled: false } });
    expect(await tell('account.updated', { accountId: id })).toBe(200);
    expect(await account()).toEqual({ id, payoutsEnabled: false });

    read.mockRestore();
    expect(await tell('account.updated', { accountId: id })).toBe(200);
    expect(await account()).toEqual({ id, payoutsEnabled: true });
  });

  it('that cannot be acted on now are kept for later; those of strangers are done with', async () => {
    const booking = await house.book();
    const { gatewayPaymentId } = (await house.pay(booking, 'pm_3ds')).body;
    const { vendorId, vendor } = await house.book();
    const accountId = (await house.request(vendor, 'POST', `/vendors/${vendorId}/payout-account`)).body.id;
    const waiting = async () => {
      const rows = await house.dataSource.query<{ name: string }[]>(
        `SELECT task_identifier AS name FROM graphile_worker.jobs WHERE task_identifier LIKE '%-news' ORDER BY id`,
      );
      return rows.map(({ name }) => name);
    };
    await house.settle();
    jest.spyOn(gateway, 'getPaymentStatus').mockResolvedValue({ status: 'unknown' });
    jest.spyOn(gateway, 'getVendorAccount').mockResolvedValue({ status: 'unknown' });
    await tell('payment.succeeded', { gatewayPaymentId });
    await tell('account.updated', { accountId });
    await tell('payment.succeeded', { gatewayPaymentId: 'mock_pi_strange' });
    await tell('refund.updated', { gatewayRefundId: 'mock_re_strange', gatewayPaymentId });
    await tell('account.updated', { accountId: 'mock_acct_strange' });
    expect(await waiting()).toEqual(['gateway-news', 'account-news']);
  });
});
