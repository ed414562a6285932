import type { Stripe } from 'stripe';
import type {
  BalanceTransaction,
  BalanceTransactionsOutcome,
  BalanceTransactionType,
} from '../gateway-results.js';
import type { ListBalanceTransactions } from '../payment-gateway.js';
import { fromStripe } from './stripe-amounts.js';
import type { StripeRequests } from './stripe-requests.js';

const PAGE_SIZE = 100;

/** The movements of the platform's balance, the newest first. */
export class StripeBalance {
  constructor(
    private readonly stripe: Stripe,
    private readonly requests: StripeRequests,
  ) {}

  list({ from, to, cursor, ...call }: ListBalanceTransactions): Promise<BalanceTransactionsOutcome> {
    const query: Stripe.BalanceTransactionListParams = {
      created: { gte: secondsOf(from), lt: secondsOf(to) },
      limit: PAGE_SIZE,
      expand: ['data.source'],
      ...(cursor === undefined ? {} : { starting_after: cursor }),
    };
    return this.requests.answer<BalanceTransactionsOutcome>(call, async (send) => {
      const page = await send((options) => this.stripe.balanceTransactions.list(query, options));
      const nextCursor = page.has_more ? page.data.at(-1)?.id : undefined;
      return {
        status: 'page',
        data: page.data.map(balanceTransaction),
        ...(nextCursor ? { nextCursor } : {}),
      };
    });
  }
}

/** `source` must be expanded. */
export function balanceTransaction(movement: Stripe.BalanceTransaction): BalanceTransaction {
  return {
    id: movement.id,
    ...causeOf(movement),
    net: fromStripe(movement.net, movement.currency),
    createdAt: new Date(movement.created * 1000),
  };
}

interface Cause {
  readonly type: BalanceTransactionType;
  readonly gatewayId: string;
}

/**
 * By what moved the balance, and which way. Stripe's own types say less: an `adjustment` may be a dispute or a refund that failed.
 * https://docs.stripe.com/reports/balance-transaction-types
 */
function causeOf({ id, source, net }: Stripe.BalanceTransaction): Cause {
  const other: Cause = { type: 'other', gatewayId: id };
  if (source === null || typeof source === 'string') return other;
  const isOut = net < 0;
  switch (source.object) {
    case 'charge': {
      const intent = source.payment_intent;
      return intent ? { type: 'payment', gatewayId: typeof intent === 'string' ? intent : intent.id } : other;
    }
    case 'refund':
      return { type: isOut ? 'refund' : 'refund_failure', gatewayId: source.id };
    case 'transfer':
      return { type: isOut ? 'transfer' : 'transfer_reversal', gatewayId: source.id };
    case 'transfer_reversal': {
      const { transfer } = source;
      return { type: 'transfer_reversal', gatewayId: typeof transfer === 'string' ? transfer : transfer.id };
    }
    case 'dispute':
      return { type: isOut ? 'dispute' : 'dispute_reversal', gatewayId: source.id };
    case 'payout':
    case 'topup':
      return { type: 'bank', gatewayId: source.id };
    default:
      return other;
  }
}

/** Stripe stamps whole seconds: these bounds let through the same as the instants would. */
function secondsOf(instant: Date): number {
  return Math.ceil(instant.getTime() / 1000);
}
