import { money, newId } from '@app/kernel';
import type { PaymentOutcome } from './gateway-results.js';
import { IdempotencyMismatch, type OnCreated, type PaymentGateway } from './payment-gateway.js';

/** An adapter under test, with what only its own world can do. */
export interface GatewayHarness {
  readonly gateway: PaymentGateway;
  /** What the payer does when a challenge is put to him. */
  readonly authenticate: (
    gatewayPaymentId: string,
    userId: string,
    outcome: 'pass' | 'fail',
  ) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

const TIMEOUT_MS = 100;
const usd = (amount: number) => money(amount, 'USD');
const goOn: OnCreated = () => Promise.resolve('confirm');

/** What every adapter promises, whoever stands behind it. */
export function paymentGatewayContract(name: string, start: () => Promise<GatewayHarness>): void {
  describe(`${name} as a payment gateway`, () => {
    let harness: GatewayHarness;
    let gateway: PaymentGateway;

    beforeAll(async () => {
      harness = await start();
      gateway = harness.gateway;
    });
    afterAll(() => harness.close());

    const order = (paymentMethod: string, amount = usd(10_000)) => ({
      amount,
      paymentMethod,
      metadata: { bookingId: newId(), paymentId: newId(), userId: newId() },
      idempotencyKey: `pay:${newId()}`,
      timeoutMs: TIMEOUT_MS,
    });
    const pay = (paymentMethod: string) => gateway.processPayment(order(paymentMethod), goOn);
    const statusOf = (id: string) => gateway.getPaymentStatus(id, { timeoutMs: TIMEOUT_MS });
    const cancel = (id: string) =>
      gateway.cancelPayment(id, { idempotencyKey: `cancel:${id}`, timeoutMs: TIMEOUT_MS });
    const refund = (gatewayPaymentId: string, amount: number, idempotencyKey = newId()) =>
      gateway.refundPayment({
        gatewayPaymentId,
        amount: usd(amount),
        metadata: order('pm_ok').metadata,
        idempotencyKey,
        timeoutMs: TIMEOUT_MS,
      });
    const charged = async (paymentMethod = 'pm_ok') => idOf(await pay(paymentMethod));

    it('settles in the currencies it names', () => {
      expect(gateway.capabilities().currencies.has('USD')).toBe(true);
      expect(gateway.capabilities().currencies.has('XTS')).toBe(false);
    });

    it('charges, and says what it keeps', async () => {
      const outcome = await pay('pm_ok');
      expect(outcome).toMatchObject({ status: 'succeeded', captured: usd(10_000), fee: usd(320) });
      expect(await statusOf(idOf(outcome))).toEqual(outcome);
    });

    it('never keeps more than it charged', async () => {
      const outcome = await gateway.processPayment(order('pm_ok', money(10, 'JPY')), goOn);
      expect(outcome).toMatchObject({ status: 'succeeded', fee: money(10, 'JPY') });
    });

    it('hands the id over before it charges, and stops there when asked to', async () => {
      const seen: string[] = [];
      const outcome = await gateway.processPayment(order('pm_ok'), async (id) => {
        seen.push(id);
        expect(await statusOf(id)).toMatchObject({ status: 'created' });
        return 'leave';
      });
      expect(outcome).toEqual({ status: 'created', gatewayPaymentId: seen[0] });
      expect(await statusOf(seen[0]!)).toEqual(outcome);
    });

    it.each([
      ['pm_declined', 'generic_decline', false],
      ['pm_insufficient_funds', 'insufficient_funds', true],
    ])('says why %s was declined', async (paymentMethod, declineCode, retryable) => {
      const outcome = await pay(paymentMethod);
      const failure = { code: 'card_declined', declineCode, message: expect.any(String), retryable };
      expect(outcome).toMatchObject({ status: 'failed', failure });
      expect(await statusOf(idOf(outcome))).toEqual(outcome);
    });

    it('creates nothing for a payment method that it does not know', async () => {
      const onCreated = jest.fn(goOn);
      const outcome = await gateway.processPayment(order('pm_of_mars'), onCreated);
      expect(outcome).toEqual({ status: 'unknown-method' });
      expect(onCreated).not.toHaveBeenCalled();
    });

    it('asks for 3-D Secure, and charges once it is passed', async () => {
      const asked = order('pm_3ds');
      const outcome = await gateway.processPayment(asked, goOn);
      expect(outcome).toMatchObject({
        status: 'requires_action',
        nextAction: { type: expect.any(String), url: expect.any(String) },
        clientSecret: expect.any(String),
      });
      await harness.authenticate(idOf(outcome), asked.metadata.userId, 'pass');
      expect(await statusOf(idOf(outcome))).toMatchObject({ status: 'succeeded' });
    });

    it('does not charge when 3-D Secure is failed', async () => {
      const asked = order('pm_3ds');
      const id = idOf(await gateway.processPayment(asked, goOn));
      await harness.authenticate(id, asked.metadata.userId, 'fail');
      const failure = { code: 'authentication_failed' };
      expect(await statusOf(id)).toMatchObject({ status: 'failed', failure });
    });

    it('does not know the outcome of a call that timed out, and knows it when asked later', async () => {
      const seen: string[] = [];
      const outcome = await gateway.processPayment(order('pm_timeout_then_ok'), (id) => {
        seen.push(id);
        return Promise.resolve('confirm');
      });
      expect(outcome).toEqual({ status: 'unknown' });
      expect(await statusOf(seen[0]!)).toMatchObject({ status: 'succeeded' });
    });

    it('tells a rate limit apart, and has not charged', async () => {
      const seen: string[] = [];
      const outcome = await gateway.processPayment(order('pm_rate_limited'), (id) => {
        seen.push(id);
        return Promise.resolve('confirm');
      });
      expect(outcome).toEqual({
        status: 'unavailable',
        rateLimited: true,
        retryAfterSeconds: expect.any(Number),
      });
      expect(await statusOf(seen[0]!)).toMatchObject({ status: 'created' });
    });

    describe('a key', () => {
      it('that comes again gets the first answer, and charges nothing more', async () => {
        const again = order('pm_ok');
        const first = await gateway.processPayment(again, goOn);
        expect(await gateway.processPayment(again, goOn)).toEqual(first);

        const id = idOf(first);
        const refunded = await refund(id, 6000, 'once');
        expect(await refund(id, 6000, 'once')).toEqual(refunded);
        expect(await refund(id, 4000)).toMatchObject({ status: 'succeeded' });
      });

      it('charges once when it comes twice at the same moment', async () => {
        const twice = order('pm_ok');
        const [one, other] = await Promise.all([
          gateway.processPayment(twice, goOn),
          gateway.processPayment(twice, goOn),
        ]);
        expect(one).toEqual(other);
      });

      it('cannot be used for something else', async () => {
        const first = order('pm_ok');
        await gateway.processPayment(first, goOn);
        const other = { ...first, amount: usd(1) };
        await expect(gateway.processPayment(other, goOn)).rejects.toThrow(IdempotencyMismatch);
      });
    });

    describe('cancelling', () => {
      it('closes an intent that waits, or was declined, or was never confirmed: no confirmation charges it any more', async () => {
        const waiting = await charged('pm_3ds');
        const declined = await charged('pm_declined');
        expect(await cancel(waiting)).toEqual({ status: 'canceled', gatewayPaymentId: waiting });
        expect(await cancel(declined)).toEqual({ status: 'canceled', gatewayPaymentId: declined });

        const outcome = await gateway.processPayment(order('pm_ok'), async (id) => {
          await cancel(id);
          return 'confirm';
        });
        expect(outcome).toMatchObject({ status: 'canceled' });
      });

      it('is told when the money was quicker', async () => {
        expect(await cancel(await charged())).toMatchObject({ status: 'succeeded' });
      });
    });

    describe('a refund', () => {
      it('goes back in parts up to the whole, and no further', async () => {
        const id = await charged();
        expect(await refund(id, 4000)).toMatchObject({
          status: 'succeeded',
          gatewayRefundId: expect.any(String),
        });
        expect(await refund(id, 6001)).toMatchObject({ status: 'failed', failure: { retryable: false } });
        expect(await refund(id, 6000)).toMatchObject({ status: 'succeeded' });
        expect(await refund(id, 1)).toMatchObject({ status: 'failed' });
      });

      it('is refused for what was never charged', async () => {
        expect(await refund(await charged('pm_declined'), 1)).toMatchObject({ status: 'failed' });
      });

      it('may fail at the bank, and then nothing has gone back', async () => {
        const id = await charged('pm_refund_fails');
        const failed = { status: 'failed', gatewayRefundId: expect.any(String) };
        expect(await refund(id, 10_000)).toMatchObject(failed);
        expect(await refund(id, 10_000)).toMatchObject(failed);
      });
    });

    it('opens one account for a vendor', async () => {
      const vendor = {
        vendorId: newId(),
        businessName: 'Andes Walks',
        country: 'PE',
        currency: 'USD',
        idempotencyKey: `account:${newId()}`,
        timeoutMs: TIMEOUT_MS,
      };
      const opened = await gateway.createVendorAccount(vendor);
      expect(opened).toMatchObject({ status: 'open', account: { id: expect.any(String) } });
      expect(await gateway.createVendorAccount(vendor)).toEqual(opened);
      const { id } = (opened as Extract<typeof opened, { status: 'open' }>).account;
      expect(await gateway.getVendorAccount(id, { timeoutMs: TIMEOUT_MS })).toEqual(opened);
    });
  });
}

function idOf(outcome: PaymentOutcome): string {
  if ('gatewayPaymentId' in outcome) return outcome.gatewayPaymentId;
  throw new Error(`${outcome.status} has no id`);
}
