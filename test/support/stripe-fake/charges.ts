import type { StripeObject } from './object-store.js';
import type { World } from './world.js';

const chargeFields = (intent: StripeObject) => ({
  amount: intent['amount'] as number,
  amount_refunded: 0,
  application: null,
  application_fee: null,
  application_fee_amount: null,
  billing_details: { address: null, email: null, name: null, phone: null },
  captured: true,
  currency: intent['currency'] as string,
  customer: null,
  description: intent['description'] as string | null,
  disputed: false,
  failure_balance_transaction: null,
  fraud_details: {},
  metadata: { ...(intent['metadata'] as object) },
  on_behalf_of: null,
  payment_intent: intent.id,
  payment_method: intent['payment_method'] as string,
  payment_method_details: { card: { brand: 'visa', last4: '4242' }, type: 'card' },
  refunded: false,
  transfer_data: null,
  transfer_group: intent['transfer_group'] as string | null,
});

/** One charge for each attempt at paying an intent, the declined ones included. */
export class Charges {
  constructor(private readonly world: World) {}

  succeed(intent: StripeObject): StripeObject {
    const charge = this.world.objects.add('charge', 'ch', {
      ...chargeFields(intent),
      amount_captured: intent['amount'],
      balance_transaction: null,
      failure_code: null,
      failure_message: null,
      outcome: { network_status: 'approved_by_network', reason: null, seller_message: 'Payment complete.' },
      paid: true,
      status: 'succeeded',
    });
    const { amount, currency } = charge as unknown as { amount: number; currency: string };
    const { balance, events } = this.world;
    const movement = { type: 'charge', amount, currency, source: charge.id, delayMs: balance.fundsDelayMs };
    charge['balance_transaction'] = balance.move({ ...movement, fee: balance.feeOf(amount, currency) }).id;
    events.emit('charge.succeeded', charge);
    return charge;
  }

  fail(intent: StripeObject, failure: { code: string; declineCode?: string; message: string }): StripeObject {
    const charge = this.world.objects.add('charge', 'ch', {
      ...chargeFields(intent),
      amount_captured: 0,
      balance_transaction: null,
      failure_code: failure.code,
      failure_message: failure.message,
      outcome: {
        network_status: 'declined_by_network',
        reason: failure.declineCode,
        type: 'issuer_declined',
      },
      paid: false,
      status: 'failed',
    });
    this.world.events.emit('charge.failed', charge);
    return charge;
  }

  of(intentId: string): StripeObject[] {
    return this.world.objects.all('charge').filter(({ payment_intent: intent }) => intent === intentId);
  }

  /** The one that was paid. */
  paidOf(intentId: string): StripeObject | undefined {
    return this.of(intentId).find(({ paid }) => paid as boolean);
  }
}
