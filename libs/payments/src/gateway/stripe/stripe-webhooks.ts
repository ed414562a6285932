import type { Clock } from '@app/kernel';
import StripeNode, { type Stripe } from 'stripe';
import type { GatewayEvent, GatewaySubject } from '../gateway-results.js';
import { WebhookUnverified, type WebhookRequest } from '../payment-gateway.js';

/** How old a signed timestamp may be. */
const TOLERANCE_SECONDS = 300;

/** Believes what is signed with one of our secrets: there are two while one replaces the other. */
export class StripeWebhooks {
  constructor(
    private readonly secrets: readonly string[],
    private readonly clock: Clock,
  ) {}

  /** @throws WebhookUnverified */
  parse({ body, headers }: WebhookRequest): GatewayEvent {
    const signature = headers['stripe-signature'];
    if (typeof signature !== 'string' || signature === '')
      throw new WebhookUnverified('there is no stripe-signature header');
    const event = this.verified(body, signature);
    if (
      typeof event?.id !== 'string' ||
      typeof event.type !== 'string' ||
      typeof event.data?.object !== 'object'
    )
      throw new WebhookUnverified('the body is not an event of Stripe’s');
    const subject = subjectOf(event);
    return { id: event.id, type: event.type, ...(subject ? { subject } : {}) };
  }

  private verified(body: Buffer, signature: string): Stripe.Event {
    const now = this.clock.now().getTime();
    let why = 'no signing secret is set up';
    for (const secret of this.secrets) {
      try {
        return StripeNode.webhooks.constructEvent(body, signature, secret, TOLERANCE_SECONDS, undefined, now);
      } catch (error) {
        const isSignature = error instanceof StripeNode.errors.StripeSignatureVerificationError;
        if (!isSignature) throw new WebhookUnverified('the body is not an event of Stripe’s');
        why = error.message.startsWith('Timestamp')
          ? 'it was signed too long ago'
          : 'the signature does not fit';
        if (error.message.startsWith('Timestamp')) break;
      }
    }
    throw new WebhookUnverified(why);
  }
}

/**
 * By the object that the event carries, which is what has changed. Events of a connected account's own carry that account's id: only
 * that the account itself has changed concerns us.
 */
function subjectOf({ account, data }: Stripe.Event): GatewaySubject | undefined {
  const object = data.object as { object?: string } | null;
  if (account && object?.object !== 'account') return undefined;
  switch (object?.object) {
    case 'payment_intent':
      return { kind: 'payment', gatewayPaymentId: (object as Stripe.PaymentIntent).id };
    case 'charge': {
      const gatewayPaymentId = idOf((object as Stripe.Charge).payment_intent);
      return gatewayPaymentId === undefined ? undefined : { kind: 'payment', gatewayPaymentId };
    }
    case 'refund': {
      const refund = object as Stripe.Refund;
      const gatewayPaymentId = idOf(refund.payment_intent);
      if (gatewayPaymentId === undefined) return undefined;
      return { kind: 'refund', gatewayRefundId: refund.id, gatewayPaymentId };
    }
    case 'dispute': {
      const dispute = object as Stripe.Dispute;
      return dispute.payment_intent ? { kind: 'dispute', gatewayDisputeId: dispute.id } : undefined;
    }
    case 'account':
      return { kind: 'account', accountId: (object as Stripe.Account).id };
    case 'transfer':
      return { kind: 'transfer', gatewayTransferId: (object as Stripe.Transfer).id };
    default:
      return undefined;
  }
}

function idOf(reference: string | { id: string } | null): string | undefined {
  return typeof reference === 'string' ? reference : reference?.id;
}
