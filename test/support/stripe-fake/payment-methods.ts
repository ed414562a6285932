import { resourceMissing } from './errors.js';

export interface Behaviour {
  /** The bank's refusal; absent: the money moves. */
  readonly declines?: { readonly code: string; readonly declineCode?: string; readonly message: string };
  readonly challenges?: boolean;
  /** The bank takes its time. */
  readonly processes?: boolean;
  /** The confirmation is carried out, and never answered. */
  readonly silent?: boolean;
  /** The confirmation is turned away. */
  readonly limited?: boolean;
  readonly refunds?: 'fail' | 'stay pending';
  readonly disputed?: boolean;
}

const declined = (declineCode: string, message = 'Your card was declined.') => ({
  declines: { code: 'card_declined', declineCode, message },
});
const lacksFunds = declined('insufficient_funds', 'Your card has insufficient funds.');
const expired = {
  declines: { code: 'expired_card', declineCode: 'expired_card', message: 'Your card has expired.' },
};

/** The tokens that the gateway contract knows, and some of Stripe's own for testing. */
const METHODS: ReadonlyMap<string, Behaviour> = new Map<string, Behaviour>([
  ['pm_ok', {}],
  ['pm_declined', declined('generic_decline')],
  ['pm_insufficient_funds', lacksFunds],
  ['pm_3ds', { challenges: true }],
  ['pm_timeout_then_ok', { silent: true }],
  ['pm_rate_limited', { limited: true }],
  ['pm_refund_fails', { refunds: 'fail' }],
  // Succeeds at first; it fails when a test says so.
  ['pm_refund_fails_later', {}],
  ['pm_refund_pending', { refunds: 'stay pending' }],
  ['pm_dispute', { disputed: true }],
  ['pm_processing', { processes: true }],
  ['pm_card_visa', {}],
  ['pm_card_mastercard', {}],
  ['pm_card_visa_chargeDeclined', declined('generic_decline')],
  ['pm_card_chargeDeclined', declined('generic_decline')],
  ['pm_card_visa_chargeDeclinedInsufficientFunds', lacksFunds],
  ['pm_card_chargeDeclinedInsufficientFunds', lacksFunds],
  ['pm_card_chargeDeclinedExpiredCard', expired],
  ['pm_card_authenticationRequired', { challenges: true }],
  ['pm_card_threeDSecure2Required', { challenges: true }],
  ['pm_card_refundFail', {}],
  ['pm_card_pendingRefund', { refunds: 'stay pending' }],
  ['pm_card_createDispute', { disputed: true }],
]);

/** @throws StripeApiError `resource_missing` */
export function behaviourOf(paymentMethod: string): Behaviour {
  const behaviour = METHODS.get(paymentMethod);
  if (!behaviour) throw resourceMissing('PaymentMethod', paymentMethod, 'payment_method');
  return behaviour;
}

export const paymentMethodObject = (id: string) => ({
  id,
  object: 'payment_method',
  type: 'card',
  card: { brand: 'visa', last4: '4242', exp_month: 12, exp_year: 2040, funding: 'credit', country: 'US' },
});
