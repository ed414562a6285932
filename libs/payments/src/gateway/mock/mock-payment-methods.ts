import type { GatewayFailure } from '../gateway-results.js';

/** What happens to a payment that is confirmed with a payment method. */
export interface MockBehaviour {
  /** The bank's refusal; absent: the money moves. */
  readonly declines?: GatewayFailure;
  /** A challenge comes first. */
  readonly challenges?: boolean;
  /** The charge happens, and its answer never comes. */
  readonly timesOut?: boolean;
  /** The confirmation is turned away. */
  readonly limited?: boolean;
  readonly refundsFail?: boolean;
}

/** The tokens that the mock knows; any other is refused. */
const METHODS: ReadonlyMap<string, MockBehaviour> = new Map<string, MockBehaviour>([
  ['pm_ok', {}],
  ['pm_dispute', {}],
  ['pm_declined', { declines: decline('generic_decline', 'Your card was declined.', false) }],
  [
    'pm_insufficient_funds',
    { declines: decline('insufficient_funds', 'Your card has insufficient funds.', true) },
  ],
  ['pm_3ds', { challenges: true }],
  ['pm_timeout_then_ok', { timesOut: true }],
  ['pm_rate_limited', { limited: true }],
  ['pm_refund_fails', { refundsFail: true }],
]);

export const AUTHENTICATION_FAILED: GatewayFailure = {
  code: 'authentication_failed',
  message: 'The card could not be verified. Try again, or use another one.',
  retryable: true,
};

export function behaviourOf(paymentMethod: string): MockBehaviour | undefined {
  return METHODS.get(paymentMethod);
}

function decline(declineCode: string, message: string, retryable: boolean): GatewayFailure {
  return { code: 'card_declined', declineCode, message, retryable };
}
