import type { Charges } from './charges.js';
import type { Parameters } from './documented-parameters.js';
import { refused } from './errors.js';
import type { StripeObject } from './object-store.js';
import { behaviourOf } from './payment-methods.js';
import type { World } from './world.js';

/** https://docs.stripe.com/refunds: a refund that succeeded may still fail, and then its money comes back to the balance. */
export class Refunds {
  constructor(
    private readonly world: World,
    private readonly charges: Charges,
  ) {}

  create(parameters: Parameters): StripeObject {
    const charge = this.chargeOf(parameters);
    const left = charge['amount'] - charge['amount_refunded'];
    if (left === 0)
      throw refused(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' });
    const amount: number = parameters['amount'] ?? left;
    if (amount < 1)
      throw refused('Invalid positive integer', { code: 'parameter_invalid_integer', param: 'amount' });
    if (amount > left)
      throw refused(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`, {
        param: 'amount',
      });
    if (this.isChargedBack(charge.id))
      throw refused('The charge has been charged back; cannot issue a refund.', { code: 'charge_disputed' });
    return this.make(charge, amount, parameters);
  }

  list({ payment_intent: intent, charge }: Parameters): StripeObject[] {
    return this.world.objects
      .all('refund')
      .filter((each) => intent === undefined || each['payment_intent'] === intent)
      .filter((each) => charge === undefined || each['charge'] === charge);
  }

  get(id: string): StripeObject {
    return this.world.objects.get('refund', id);
  }

  /** The bank could not give it to the payer. */
  fail(id: string, reason = 'expired_or_canceled_card'): void {
    const refund = this.get(id);
    if (!['pending', 'succeeded'].includes(refund['status'])) throw new Error(`${id} is ${refund['status']}`);
    refund['status'] = 'failed';
    refund['failure_reason'] = reason;
    delete refund['pending_reason'];
    if (refund['balance_transaction'] !== null)
      refund['failure_balance_transaction'] = this.move(refund, 'refund_failure', refund['amount']).id;
    const charge = this.world.objects.get('charge', refund['charge']);
    charge['amount_refunded'] -= refund['amount'];
    charge['refunded'] = false;
    for (const type of ['refund.updated', 'refund.failed', 'charge.refund.updated'])
      this.world.events.emit(type, refund);
  }

  /** A pending one arrives. */
  settle(id: string): void {
    const refund = this.get(id);
    if (refund['status'] !== 'pending') throw new Error(`${id} is ${refund['status']}`);
    refund['status'] = 'succeeded';
    delete refund['pending_reason'];
    refund['balance_transaction'] = this.move(refund, 'refund', -refund['amount']).id;
    for (const type of ['refund.updated', 'charge.refund.updated']) this.world.events.emit(type, refund);
  }

  private make(charge: StripeObject, amount: number, { metadata, reason = null }: Parameters): StripeObject {
    const behaviour = behaviourOf(charge['payment_method']);
    const pending = behaviour.refunds === 'stay pending';
    const refund = this.world.objects.add('refund', 're', {
      amount,
      balance_transaction: null,
      charge: charge.id,
      currency: charge['currency'],
      destination_details: { card: { type: 'refund' }, type: 'card' },
      metadata: metadata ?? {},
      payment_intent: charge['payment_intent'],
      ...(pending && { pending_reason: 'processing' }),
      reason,
      receipt_number: null,
      source_transfer_reversal: null,
      status: pending ? 'pending' : 'succeeded',
      transfer_reversal: null,
    });
    if (!pending) refund['balance_transaction'] = this.move(refund, 'refund', -amount).id;
    charge['amount_refunded'] += amount;
    charge['refunded'] = charge['amount_refunded'] === charge['amount'];
    this.world.events.emit('refund.created', refund);
    this.world.events.emit('charge.refunded', charge);
    if (behaviour.refunds === 'fail') this.fail(refund.id);
    return refund;
  }

  private chargeOf({ payment_intent: intentId, charge: chargeId }: Parameters): StripeObject {
    if (chargeId !== undefined) return this.world.objects.get('charge', chargeId, 'charge');
    if (intentId === undefined)
      throw refused(
        'One of the following params should be provided for this request: payment_intent or charge.',
      );
    this.world.objects.get('payment_intent', intentId, 'payment_intent');
    const charge = this.charges.paidOf(intentId);
    if (!charge)
      throw refused(`This PaymentIntent (${intentId}) does not have a successful charge to refund.`);
    return charge;
  }

  private isChargedBack(chargeId: string): boolean {
    const disputes = this.world.objects.all('dispute').filter(({ charge }) => charge === chargeId);
    return disputes.some((dispute) => !dispute['is_charge_refundable']);
  }

  private move(refund: StripeObject, type: string, amount: number): StripeObject {
    return this.world.balance.move({ type, amount, currency: refund['currency'], source: refund.id });
  }
}
