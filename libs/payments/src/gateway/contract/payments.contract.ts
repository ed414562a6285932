import { IdempotencyMismatch } from '../payment-gateway.js';
import { goOn, idOf, usd, type GatewayCalls } from './gateway-calls.contract.js';
import type { Card } from './gateway-harness.contract.js';

const declined: [Card, string, boolean][] = [
  ['declined', 'generic_decline', false],
  ['insufficientFunds', 'insufficient_funds', true],
];

export function paymentsContract(calls: GatewayCalls): void {
  describe('a payment', () => {
    it('is charged, and it is said what the gateway keeps', async () => {
      const outcome = await calls.pay('good');
      const fee = { amount: expect.any(Number), currency: 'USD' };
      expect(outcome).toMatchObject({ status: 'succeeded', captured: usd(10_000), fee });
      expect(await calls.statusOf(idOf(outcome))).toEqual(outcome);
    });

    it('has its id handed over before it is charged, and stays there when asked to', async () => {
      const seen: string[] = [];
      const outcome = await calls.gateway.processPayment(calls.order('good'), async (id) => {
        seen.push(id);
        expect(await calls.statusOf(id)).toMatchObject({ status: 'created' });
        return 'leave';
      });
      expect(outcome).toEqual({ status: 'created', gatewayPaymentId: seen[0] });
      expect(await calls.statusOf(seen[0]!)).toEqual(outcome);
    });

    it.each(declined)('is told why, when the card is %s', async (card, declineCode, retryable) => {
      const outcome = await calls.pay(card);
      const failure = { code: 'card_declined', declineCode, message: expect.any(String), retryable };
      expect(outcome).toMatchObject({ status: 'failed', failure });
      expect(await calls.statusOf(idOf(outcome))).toMatchObject({ status: 'failed', failure });
    });

    it('is not created for a payment method that the gateway does not know', async () => {
      const onCreated = jest.fn(goOn);
      const order = { ...calls.order('good'), paymentMethod: 'pm_of_mars' };
      expect(await calls.gateway.processPayment(order, onCreated)).toEqual({ status: 'unknown-method' });
      expect(onCreated).not.toHaveBeenCalled();
    });

    it('waits for 3-D Secure, and is charged once that is passed', async () => {
      const order = calls.order('challenged');
      const outcome = await calls.gateway.processPayment(order, goOn);
      expect(outcome).toMatchObject({
        status: 'requires_action',
        nextAction: { type: expect.any(String), url: expect.any(String) },
        clientSecret: expect.any(String),
      });
      await calls.harness.authenticate(idOf(outcome), order.metadata.userId, 'pass');
      expect(await calls.statusOf(idOf(outcome))).toMatchObject({
        status: 'succeeded',
        captured: usd(10_000),
      });
    });

    it('is not charged when 3-D Secure is failed', async () => {
      const order = calls.order('challenged');
      const id = idOf(await calls.gateway.processPayment(order, goOn));
      await calls.harness.authenticate(id, order.metadata.userId, 'fail');
      const failure = { code: expect.stringMatching(/authentication_fail/), message: expect.any(String) };
      expect(await calls.statusOf(id)).toMatchObject({ status: 'failed', failure });
    });

    it('may be charged by a call that timed out, which is known when asked later', async () => {
      const seen: string[] = [];
      const order = { ...calls.order('timesOut'), timeoutMs: 300 };
      const outcome = await calls.gateway.processPayment(order, (id) => {
        seen.push(id);
        return Promise.resolve('confirm');
      });
      expect(outcome).toEqual({ status: 'unknown' });
      expect(await calls.statusOf(seen[0]!)).toMatchObject({ status: 'succeeded', captured: usd(10_000) });
    });

    it('is not charged where a rate limit turns it away', async () => {
      const seen: string[] = [];
      const outcome = await calls.gateway.processPayment(calls.order('limited'), (id) => {
        seen.push(id);
        return Promise.resolve('confirm');
      });
      const retryAfterSeconds = expect.any(Number);
      expect(outcome).toEqual({ status: 'unavailable', rateLimited: true, retryAfterSeconds });
      expect(await calls.statusOf(seen[0]!)).toMatchObject({ status: 'created' });
    });

    it('is charged once when its key comes again, also at the same moment', async () => {
      const again = calls.order('good');
      const twice = calls.order('good');
      const movements = await calls.movementsOf(async () => {
        const first = await calls.gateway.processPayment(again, goOn);
        expect(await calls.gateway.processPayment(again, goOn)).toEqual(first);
        const [one, other] = await Promise.all([
          calls.gateway.processPayment(twice, goOn),
          calls.gateway.processPayment(twice, goOn),
        ]);
        expect(one).toEqual(other);
      });
      expect(movements.map(({ type }) => type)).toEqual(['payment', 'payment']);
    });

    it('cannot have the key of another', async () => {
      const first = calls.order('good');
      await calls.gateway.processPayment(first, goOn);
      const other = { ...first, amount: usd(999) };
      await expect(calls.gateway.processPayment(other, goOn)).rejects.toThrow(IdempotencyMismatch);
    });

    it('that waits, was declined or was never confirmed can be closed for good', async () => {
      for (const card of ['challenged', 'declined'] as const) {
        const id = await calls.paid(card);
        expect(await calls.cancel(id)).toEqual({ status: 'canceled', gatewayPaymentId: id });
        expect(await calls.statusOf(id)).toEqual({ status: 'canceled', gatewayPaymentId: id });
      }
      const outcome = await calls.gateway.processPayment(calls.order('good'), async (id) => {
        await calls.cancel(id);
        return 'confirm';
      });
      expect(outcome).toMatchObject({ status: 'canceled' });
    });

    it('cannot be closed when the money was quicker, and stays closed', async () => {
      const id = await calls.paid();
      expect(await calls.cancel(id)).toMatchObject({ status: 'succeeded' });
      const closed = await calls.paid('challenged');
      await calls.cancel(closed);
      expect(await calls.cancel(closed)).toEqual({ status: 'canceled', gatewayPaymentId: closed });
    });
  });
}
