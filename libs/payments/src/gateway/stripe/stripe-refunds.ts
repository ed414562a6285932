import type { Stripe } from 'stripe';
import type { NeverAsked, OutcomeUnknown, GatewayDown, RefundOutcome } from '../gateway-results.js';
import type { FindRefund, GatewayRead, RefundPayment } from '../payment-gateway.js';
import { settledIn, toStripe } from './stripe-amounts.js';
import { failureOf, isMissing } from './stripe-errors.js';
import type { StripeRequests } from './stripe-requests.js';

const PAGE_SIZE = 100;

/** Why a refund fails for good. https://docs.stripe.com/refunds#failed-refunds */
const LASTING = new Set(['lost_or_stolen_card', 'charge_for_pending_refund_disputed']);

export class StripeRefunds {
  constructor(
    private readonly stripe: Stripe,
    private readonly requests: StripeRequests,
  ) {}

  /** Stripe itself refuses more than is left of the charge. */
  create({ gatewayPaymentId, amount, metadata, ...call }: RefundPayment): Promise<RefundOutcome> {
    const refund: Stripe.RefundCreateParams = {
      payment_intent: gatewayPaymentId,
      amount: toStripe(amount).amount,
      metadata: { ...metadata },
      expand: ['balance_transaction'],
    };
    return this.requests.answer<RefundOutcome>(
      call,
      async (send) =>
        refundOutcome(
          await send((options) => this.stripe.refunds.create(refund, options), call.idempotencyKey),
        ),
      (refusal) => {
        if (isMissing(refusal)) throw refusal;
        return { status: 'failed', failure: failureOf(refusal) };
      },
    );
  }

  read(id: string, call: GatewayRead): Promise<RefundOutcome> {
    return this.requests.answer<RefundOutcome>(call, async (send) =>
      refundOutcome(
        await send((options) =>
          this.stripe.refunds.retrieve(id, { expand: ['balance_transaction'] }, options),
        ),
      ),
    );
  }

  find({ gatewayPaymentId, refundId, ...call }: FindRefund): Promise<RefundOutcome | NeverAsked> {
    return this.requests.answer<RefundOutcome | NeverAsked>(call, async (send) => {
      let after: { starting_after?: string } = {};
      for (;;) {
        const query: Stripe.RefundListParams = {
          payment_intent: gatewayPaymentId,
          limit: PAGE_SIZE,
          expand: ['data.balance_transaction'],
          ...after,
        };
        const page = await send((options) => this.stripe.refunds.list(query, options));
        const found = page.data.find(({ metadata }) => metadata?.refundId === refundId);
        if (found) return refundOutcome(found);
        const last = page.data.at(-1);
        if (!page.has_more || !last) return { status: 'none' };
        after = { starting_after: last.id };
      }
    });
  }
}

/** What a refund as Stripe shows it means. `balance_transaction` must be expanded. */
export function refundOutcome(refund: Stripe.Refund): Exclude<RefundOutcome, OutcomeUnknown | GatewayDown> {
  const { id: gatewayRefundId, status, currency, balance_transaction: movement } = refund;
  if (status === 'failed') {
    const code = refund.failure_reason ?? 'refund_failed';
    const message = `The refund failed: ${code.replaceAll('_', ' ')}.`;
    return { status, gatewayRefundId, failure: { code, message, retryable: !LASTING.has(code) } };
  }
  if (status === 'canceled') {
    const message = 'The refund was canceled.';
    return { status: 'failed', gatewayRefundId, failure: { code: 'canceled', message, retryable: true } };
  }
  // What it took from the balance is part of the answer: until that is known it is under way.
  if (status !== 'succeeded' || typeof movement !== 'object' || movement === null)
    return { status: 'pending', gatewayRefundId };
  const settled = settledIn(movement, currency);
  return { status, gatewayRefundId, ...(settled ? { settled } : {}) };
}
