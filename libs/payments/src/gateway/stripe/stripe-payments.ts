import type { Stripe } from 'stripe';
import type { PaymentOutcome } from '../gateway-results.js';
import type { GatewayRead, GatewayWrite, OnCreated, ProcessPayment } from '../payment-gateway.js';
import { feeOf, fromStripe, settledIn, toStripe } from './stripe-amounts.js';
import { failureOf, unavailable, type StripeRefusal } from './stripe-errors.js';
import type { Send, StripeRequests } from './stripe-requests.js';

/** With the fee, which Stripe keeps beside the charge. */
const WITH_FEE = { expand: ['latest_charge.balance_transaction'] };

/** Card payments, charged on the platform's own account: what is the vendor's is transferred to him later. */
export class StripePayments {
  constructor(
    private readonly stripe: Stripe,
    private readonly requests: StripeRequests,
    /** Where the payer is sent back to after 3-D Secure. */
    private readonly returnUrl: string,
  ) {}

  async process(input: ProcessPayment, onCreated: OnCreated): Promise<PaymentOutcome> {
    const created = await this.create(input);
    if (created.status !== 'created') return created;
    if ((await onCreated(created.gatewayPaymentId)) === 'leave') return created;
    return this.confirm(created.gatewayPaymentId, input);
  }

  read(id: string, call: GatewayRead): Promise<PaymentOutcome> {
    return this.requests.answer(call, (send) => this.retrieve(id, send));
  }

  cancel(id: string, call: GatewayWrite): Promise<PaymentOutcome> {
    return this.requests.answer<PaymentOutcome>(
      call,
      async (send) =>
        paymentOutcome(
          await send(
            (options) => this.stripe.paymentIntents.cancel(id, WITH_FEE, options),
            call.idempotencyKey,
          ),
        ),
      (refusal, send) => this.presentState(id, refusal, send),
    );
  }

  private async create({
    amount,
    paymentMethod,
    metadata,
    ...call
  }: ProcessPayment): Promise<PaymentOutcome> {
    const intent: Stripe.PaymentIntentCreateParams = {
      ...toStripe(amount),
      allowed_payment_method_types: ['card'],
      payment_method: paymentMethod,
      capture_method: 'automatic',
      metadata: { ...metadata },
      transfer_group: `booking:${metadata.bookingId}`,
    };
    const outcome = await this.requests.answer<PaymentOutcome>(
      call,
      async (send) => {
        const { id } = await send(
          (options) => this.stripe.paymentIntents.create(intent, options),
          `${call.idempotencyKey}:create`,
        );
        return { status: 'created', gatewayPaymentId: id };
      },
      (refusal) => {
        if (refusal.param === 'payment_method') return { status: 'unknown-method' };
        // Too small an amount, say: another time would be no better. What Stripe says of it is meant for us.
        this.requests.report(refusal);
        const message = 'The payment gateway does not take this payment.';
        return { status: 'failed', failure: { ...failureOf(refusal), message } };
      },
    );
    // An intent that nobody confirms moves no money, whether it is there or not.
    return outcome.status === 'unknown' ? unavailable() : outcome;
  }

  private confirm(id: string, { idempotencyKey, timeoutMs }: GatewayWrite): Promise<PaymentOutcome> {
    const confirmation = { return_url: this.returnUrl, ...WITH_FEE };
    return this.requests.answer<PaymentOutcome>(
      { timeoutMs },
      async (send) =>
        paymentOutcome(
          await send(
            (options) => this.stripe.paymentIntents.confirm(id, confirmation, options),
            `${idempotencyKey}:confirm`,
          ),
        ),
      (refusal, send) =>
        refusal.type === 'StripeCardError'
          ? { status: 'failed', gatewayPaymentId: id, failure: failureOf(refusal) }
          : this.presentState(id, refusal, send),
    );
  }

  /** Stripe refuses what no longer fits the intent's state, e.g. to cancel one that has succeeded: then the state is the answer. */
  private presentState(id: string, refusal: StripeRefusal, send: Send): Promise<PaymentOutcome> {
    if (refusal.code !== 'payment_intent_unexpected_state') this.requests.report(refusal);
    return this.retrieve(id, send);
  }

  private async retrieve(id: string, send: Send): Promise<PaymentOutcome> {
    return paymentOutcome(
      await send((options) => this.stripe.paymentIntents.retrieve(id, WITH_FEE, options)),
    );
  }
}

/** What an intent as Stripe shows it means. `latest_charge.balance_transaction` must be expanded. */
export function paymentOutcome(intent: Stripe.PaymentIntent): PaymentOutcome {
  const gatewayPaymentId = intent.id;
  switch (intent.status) {
    case 'succeeded':
      return successOf(intent);
    case 'canceled':
      return { status: 'canceled', gatewayPaymentId };
    case 'requires_action':
      return {
        status: 'requires_action',
        gatewayPaymentId,
        nextAction: {
          type: intent.next_action?.type ?? 'unknown',
          url: intent.next_action?.redirect_to_url?.url ?? '',
        },
        clientSecret: intent.client_secret ?? '',
      };
    case 'requires_confirmation':
      return { status: 'created', gatewayPaymentId };
    case 'requires_payment_method':
      return intent.last_payment_error
        ? { status: 'failed', gatewayPaymentId, failure: failureOf(intent.last_payment_error) }
        : { status: 'created', gatewayPaymentId };
    default:
      return { status: 'processing', gatewayPaymentId };
  }
}

/** The charge is known before what Stripe keeps of it: until then it counts as under way. */
function successOf({
  id,
  amount_received,
  currency,
  latest_charge: charge,
}: Stripe.PaymentIntent): PaymentOutcome {
  const movement = typeof charge === 'object' ? charge?.balance_transaction : undefined;
  if (typeof movement !== 'object' || movement === null)
    return { status: 'processing', gatewayPaymentId: id };
  const settled = settledIn(movement, currency);
  return {
    status: 'succeeded',
    gatewayPaymentId: id,
    captured: fromStripe(amount_received, currency),
    fee: feeOf(movement),
    ...(settled ? { settled } : {}),
  };
}
