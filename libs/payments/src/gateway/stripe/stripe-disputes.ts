import { money, type Money } from '@app/kernel';
import type { Stripe } from 'stripe';
import type { DisputeOutcome, GatewayDown, OutcomeUnknown } from '../gateway-results.js';
import type { GatewayRead } from '../payment-gateway.js';
import { feeOf, fromStripe } from './stripe-amounts.js';
import type { StripeRequests } from './stripe-requests.js';

type Dispute = Exclude<DisputeOutcome, OutcomeUnknown | GatewayDown>;

export class StripeDisputes {
  constructor(
    private readonly stripe: Stripe,
    private readonly requests: StripeRequests,
  ) {}

  read(id: string, call: GatewayRead): Promise<DisputeOutcome> {
    return this.requests.answer<DisputeOutcome>(call, async (send) =>
      disputeOutcome(await send((options) => this.stripe.disputes.retrieve(id, {}, options))),
    );
  }
}

/** What a dispute as Stripe shows it means. It carries its movements whole: none, one out, or one out and one back. */
export function disputeOutcome(dispute: Stripe.Dispute): Dispute {
  const withdrawn = dispute.balance_transactions.filter(({ amount }) => amount < 0);
  const reinstated = dispute.balance_transactions.filter(({ amount }) => amount > 0);
  const ownCurrency = fromStripe(0, dispute.currency).currency;
  const settled = sumOf(withdrawn, fromStripe);
  const returned = sumOf(reinstated, fromStripe);
  const fee = sumOf(withdrawn, feeIn) ?? money(0, ownCurrency);
  const feeReturned = sumOf(reinstated, feeIn) ?? money(0, fee.currency);
  return {
    status: statusOf(dispute.status, withdrawn.length > 0, reinstated.length > 0),
    gatewayDisputeId: dispute.id,
    gatewayPaymentId: paymentOf(dispute),
    reason: dispute.reason,
    amount: fromStripe(dispute.amount, dispute.currency),
    fee,
    feeReturned,
    ...(settled && settled.currency !== ownCurrency ? { settled } : {}),
    ...(returned && returned.currency !== ownCurrency ? { returned } : {}),
  };
}

/** Stripe decides first and moves the money a moment later: what counts here is the money. */
function statusOf(
  status: Stripe.Dispute['status'],
  isWithdrawn: boolean,
  isReinstated: boolean,
): Dispute['status'] {
  switch (status) {
    case 'warning_closed':
    case 'prevented':
      return 'closed';
    case 'warning_needs_response':
    case 'warning_under_review':
      return 'inquiry';
    case 'won':
      if (!isWithdrawn) return 'closed';
      return isReinstated ? 'won' : 'open';
    case 'lost':
      return isWithdrawn ? 'lost' : 'inquiry';
    default:
      return isWithdrawn ? 'open' : 'inquiry';
  }
}

/** The absolute sum, in the balance's currency; undefined of nothing. */
function sumOf(
  movements: readonly Stripe.BalanceTransaction[],
  part: (amount: number, currency: string, movement: Stripe.BalanceTransaction) => Money,
): Money | undefined {
  const parts = movements.map((movement) => part(movement.amount, movement.currency, movement));
  const [first] = parts;
  return first && money(Math.abs(parts.reduce((sum, { amount }) => sum + amount, 0)), first.currency);
}

const feeIn = (_amount: number, _currency: string, movement: Stripe.BalanceTransaction) => feeOf(movement);

/** Every payment of ours is an intent's. */
function paymentOf({ id, payment_intent: intent }: Stripe.Dispute): string {
  if (intent === null) throw new Error(`the dispute ${id} is of no payment of ours`);
  return typeof intent === 'string' ? intent : intent.id;
}
