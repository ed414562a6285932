import type { Charges } from './charges.js';
import type { StripeObject } from './object-store.js';
import type { World } from './world.js';

const FEE = 1500;

export interface OpenDispute {
  /** Of the charge; all of it unless said otherwise. */
  readonly amount?: number;
  readonly reason?: string;
  /** The bank only asks: nothing is withdrawn. */
  readonly inquiry?: boolean;
}

/** https://docs.stripe.com/disputes/how-disputes-work */
export class Disputes {
  constructor(
    private readonly world: World,
    private readonly charges: Charges,
  ) {}

  get(id: string): StripeObject {
    return this.world.objects.get('dispute', id);
  }

  list({ payment_intent: intent, charge }: Record<string, any>): StripeObject[] {
    return this.world.objects
      .all('dispute')
      .filter((each) => intent === undefined || each['payment_intent'] === intent)
      .filter((each) => charge === undefined || each['charge'] === charge);
  }

  open(intentId: string, { amount, reason = 'fraudulent', inquiry = false }: OpenDispute = {}): StripeObject {
    const charge = this.charges.paidOf(intentId);
    if (!charge) throw new Error(`${intentId} has no charge to dispute`);
    const dispute = this.world.objects.add('dispute', 'du', {
      amount: amount ?? charge['amount'],
      balance_transactions: [],
      charge: charge.id,
      currency: charge['currency'],
      enhanced_eligibility_types: [],
      evidence: {},
      evidence_details: { due_by: null, has_evidence: false, past_due: false, submission_count: 0 },
      is_charge_refundable: inquiry,
      metadata: {},
      payment_intent: intentId,
      payment_method_details: { card: { brand: 'visa', network_reason_code: '10.4' }, type: 'card' },
      reason,
      status: inquiry ? 'warning_needs_response' : 'needs_response',
    });
    charge['disputed'] = true;
    this.world.events.emit('charge.dispute.created', dispute);
    if (!inquiry) this.withdraw(dispute);
    return dispute;
  }

  /** An inquiry becomes a dispute. */
  escalate(id: string): void {
    const dispute = this.get(id);
    if (dispute['status'] !== 'warning_needs_response') throw new Error(`${id} is ${dispute['status']}`);
    dispute['status'] = 'needs_response';
    dispute['is_charge_refundable'] = false;
    this.withdraw(dispute);
    this.world.events.emit('charge.dispute.updated', dispute);
  }

  /** `warning_closed`: the inquiry came to nothing. */
  close(
    id: string,
    outcome: 'won' | 'lost' | 'warning_closed',
    { returnsFee = false }: { returnsFee?: boolean } = {},
  ): void {
    const dispute = this.get(id);
    const open = outcome === 'warning_closed' ? 'warning_needs_response' : 'needs_response';
    if (dispute['status'] !== open) throw new Error(`${id} is ${dispute['status']}`);
    dispute['status'] = outcome;
    dispute['is_charge_refundable'] = outcome !== 'lost';
    if (outcome === 'won') {
      this.move(dispute, 'dispute_reversal', dispute['amount'], returnsFee ? -FEE : 0);
      this.world.events.emit('charge.dispute.funds_reinstated', dispute);
    }
    this.world.events.emit('charge.dispute.closed', dispute);
  }

  private withdraw(dispute: StripeObject): void {
    this.move(dispute, 'dispute', -dispute['amount'], FEE);
    this.world.events.emit('charge.dispute.funds_withdrawn', dispute);
  }

  /** A dispute carries its balance transactions whole. */
  private move(dispute: StripeObject, reportingCategory: string, amount: number, fee: number): void {
    const { id: source, currency } = dispute as unknown as { id: string; currency: string };
    const movement = { type: 'adjustment', reportingCategory, amount, currency, fee, source };
    dispute['balance_transactions'].push(structuredClone(this.world.balance.move(movement)));
  }
}
