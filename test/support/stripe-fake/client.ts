import StripeNode from 'stripe';
import type { StripeFake } from './stripe-fake.js';

/** The official package, pointed at the fake. It tries nothing twice. */
export function clientOf(fake: StripeFake, changes: StripeNode.StripeConfig = {}): StripeNode {
  const { hostname, port } = new URL(fake.url);
  const address = { host: hostname, port, protocol: 'http' as const };
  return new StripeNode('sk_test_fake', { ...address, maxNetworkRetries: 0, telemetry: false, ...changes });
}

let keys = 0;

/** An idempotency key of a test's own. */
export const key = (idempotencyKey = `key-${(keys += 1)}`) => ({ idempotencyKey });

export const order = (paymentMethod = 'pm_ok', amount = 10_000) => ({
  amount,
  currency: 'usd',
  payment_method: paymentMethod,
  allowed_payment_method_types: ['card' as const],
  metadata: { bookingId: 'b1' },
});

/** What a call failed with. */
export const errorOf = (call: Promise<unknown>): Promise<any> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );
