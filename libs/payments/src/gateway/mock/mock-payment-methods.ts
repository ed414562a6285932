import type { GatewayFailure } from '../gateway-results.js';

/** What happens to a payment that is confirmed with a payment method. */
export interface MockBehaviour {
  /** The bank's refusal; absent: the money moves. */
  readonly declines?: GatewayFailure;
  /** A challenge comes first. */
  readonly challenges?: boolean;
  /** The charge happens, its answer never comes, and its webhook comes late. */
  readonly timesOut?: boolean;
  /** The confirmation is turned away. */
  readonly limited?: boolean;
  /** Right after the charge the bank takes the money back, and its fee. */
  readonly disputes?: boolean;
  /** How refunds fare, where they do not simply succeed: fail at once; succeed, then fail; stay pending, then succeed. */
  readonly refunds?: 'fail' | 'fail-later' | 'pend';
}

/** The tokens that the mock knows; any other is refused. */
const METHODS: ReadonlyMap<string, MockBehaviour> = new Map<string, MockBehaviour>([
  ['pm_ok', {}],
  ['pm_declined', { declines: decline('generic_decline', 'Your card was declined.', false) }],
  [
    'pm_insufficient_funds',
    { declines: decline('insufficient_funds', 'Your card has insufficient funds.', true) },
  ],
  ['pm_3ds', { challenges: true }],
  ['pm_timeout_then_ok', { timesOut: true }],
  ['pm_rate_limited', { limited: true }],
  ['pm_refund_fails', { refunds: 'fail' }],
  ['pm_refund_fails_later', { refunds: 'fail-later' }],
  ['pm_refund_pending', { refunds: 'pend' }],
  ['pm_dispute', { disputes: true }],
]);

export const AUTHENTICATION_FAILED: GatewayFailure = {
  code: 'authentication_failed',
  message: 'The card could not be verified. Try again, or use another one.',
  retryable: true,
};

/** Why refunds fail. */
export const CARD_UNREACHABLE: GatewayFailure = {
  code: 'expired_or_canceled_card',
  message: 'The card can no longer be refunded.',
  retryable: true,
};

export function behaviourOf(paymentMethod: string): MockBehaviour {
  return METHODS.get(paymentMethod) ?? {};
}

export function isPaymentMethod(paymentMethod: string): boolean {
  return METHODS.has(paymentMethod);
}

function decline(declineCode: string, message: string, retryable: boolean): GatewayFailure {
  return { code: 'card_declined', declineCode, message, retryable };
}
