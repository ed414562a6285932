import StripeNode, { type Stripe } from 'stripe';
import type { GatewayDown, GatewayFailure, OutcomeUnknown } from '../gateway-results.js';

const { errors } = StripeNode;

/** Stripe understood, and will not do it. */
export type StripeRefusal = Stripe.errors.StripeCardError | Stripe.errors.StripeInvalidRequestError;

const RETRY_AFTER_SECONDS = 1;

/** The connection was never made: nothing can have arrived. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** What may be otherwise another time, with the same card, balance or account. https://docs.stripe.com/declines/codes, /error-codes */
const PASSING = new Set([
  'insufficient_funds',
  'balance_insufficient',
  'processing_error',
  'try_again_later',
  'reenter_transaction',
  'issuer_not_available',
  'approve_with_id',
  'authentication_required',
  'authentication_not_handled',
  'payment_intent_authentication_failure',
  'card_velocity_exceeded',
  'withdrawal_count_limit_exceeded',
  'card_decline_rate_limit_exceeded',
  'lock_timeout',
]);

export function isRefusal(error: unknown): error is StripeRefusal {
  return error instanceof errors.StripeCardError || error instanceof errors.StripeInvalidRequestError;
}

export function isIdempotencyMismatch(error: unknown): boolean {
  return error instanceof errors.StripeIdempotencyError;
}

/** An id that Stripe has never given. */
export function isMissing(error: StripeRefusal): boolean {
  return error.code === 'resource_missing';
}

/** A fault of our own set-up, not of the network: the key is wrong, or may not do this. */
export function isMisconfiguration(error: unknown): error is Stripe.errors.StripeError {
  return error instanceof errors.StripeAuthenticationError || error instanceof errors.StripePermissionError;
}

/** Whether the same request may fare better at once. Stripe's own word comes first, as in its package. */
export function isWorthRepeating(error: unknown): boolean {
  if (error instanceof errors.StripeConnectionError) return true;
  if (!(error instanceof errors.StripeError)) return false;
  const advice = error.headers?.['stripe-should-retry'];
  if (advice !== undefined) return advice === 'true';
  return error.statusCode === 409 || (error.statusCode ?? 0) >= 500;
}

/** Whether the request may have been carried out although no good answer came. */
export function mayHaveBeenDone(error: unknown): boolean {
  if (error instanceof errors.StripeConnectionError) return !NEVER_SENT.has(codeOf(error));
  return error instanceof errors.StripeAPIError;
}

/** @returns undefined for what is no fault of Stripe's or the network's. */
export function withoutAnswer(error: unknown): GatewayDown | OutcomeUnknown | undefined {
  if (mayHaveBeenDone(error)) return { status: 'unknown' };
  if (error instanceof errors.StripeRateLimitError) {
    const rateLimited = error.code !== 'lock_timeout';
    return { status: 'unavailable', rateLimited, retryAfterSeconds: retryAfterOf(error) };
  }
  return isMisconfiguration(error) || error instanceof errors.StripeConnectionError
    ? unavailable()
    : undefined;
}

export function unavailable(): GatewayDown {
  return { status: 'unavailable', rateLimited: false, retryAfterSeconds: RETRY_AFTER_SECONDS };
}

/** No answer came in the time there was. */
export function timedOut(): Stripe.errors.StripeConnectionError {
  return new errors.StripeConnectionError({ message: 'no answer in time', type: 'api_error' });
}

/** An error that was thrown, or the one that an intent keeps from its last attempt. */
interface Refused {
  readonly code?: string;
  readonly rawType?: string;
  readonly type?: string;
  readonly decline_code?: string;
  readonly advice_code?: string;
  readonly message?: string;
  readonly requestId?: string;
}

export function failureOf(refused: Refused): GatewayFailure {
  const { decline_code: declineCode, advice_code: advice, message, requestId } = refused;
  // Where Stripe has no code, as for a refund of too much, its kind of error says more than nothing.
  const code = refused.code ?? refused.rawType ?? refused.type ?? 'refused';
  return {
    code,
    ...(declineCode ? { declineCode } : {}),
    message: message || 'The payment was refused.',
    retryable: advice === undefined ? isPassing(declineCode || code) : advice === 'try_again_later',
    ...(requestId === undefined ? {} : { requestId }),
  };
}

function isPassing(code: string): boolean {
  return PASSING.has(code);
}

function retryAfterOf({ headers }: Stripe.errors.StripeError): number {
  const seconds = Number(headers?.['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds) : RETRY_AFTER_SECONDS;
}

function codeOf({ detail }: Stripe.errors.StripeConnectionError): string {
  return typeof detail === 'object' && 'code' in detail ? String(detail.code) : '';
}
