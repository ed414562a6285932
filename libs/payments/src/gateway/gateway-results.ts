import type { Money } from '@app/kernel';

/** Why the gateway refused, in its own words and codes. */
export interface GatewayFailure {
  /** The gateway's error code, e.g. `card_declined`. */
  readonly code: string;
  /** The bank's reason, where it gave one, e.g. `insufficient_funds`. */
  readonly declineCode?: string;
  /** Fit for the person who pays. */
  readonly message: string;
  /** Whether the same payment method may work later. */
  readonly retryable: boolean;
}

/** What the person who pays must do before the money can move. */
export interface NextAction {
  readonly type: string;
  readonly url: string;
}

/** The gateway turned the call away, or could not be reached at all: nothing was done, no money moved. */
export interface GatewayDown {
  readonly status: 'unavailable';
  readonly rateLimited: boolean;
  readonly retryAfterSeconds: number;
}

/** The call went out and no answer came: it may have been carried out. */
export interface OutcomeUnknown {
  readonly status: 'unknown';
}

/** Where a payment stands at the gateway. The same for every adapter. */
export type PaymentOutcome =
  /** The intent exists and is not confirmed: it moves no money. */
  | { readonly status: 'created'; readonly gatewayPaymentId: string }
  | {
      readonly status: 'requires_action';
      readonly gatewayPaymentId: string;
      readonly nextAction: NextAction;
      readonly clientSecret: string;
    }
  | { readonly status: 'processing'; readonly gatewayPaymentId: string }
  | {
      readonly status: 'succeeded';
      readonly gatewayPaymentId: string;
      readonly captured: Money;
      /** What the gateway keeps, in whatever currency it keeps it. */
      readonly fee: Money;
    }
  | { readonly status: 'failed'; readonly gatewayPaymentId: string; readonly failure: GatewayFailure }
  /** The intent is closed: no money can come of it any more. */
  | { readonly status: 'canceled'; readonly gatewayPaymentId: string }
  /** The gateway does not know the payment method; nothing was created. */
  | { readonly status: 'unknown-method' }
  | OutcomeUnknown
  | GatewayDown;

/** Where a refund stands at the gateway. */
export type RefundOutcome =
  | { readonly status: 'succeeded' | 'pending'; readonly gatewayRefundId: string }
  | { readonly status: 'failed'; readonly gatewayRefundId?: string; readonly failure: GatewayFailure }
  | OutcomeUnknown
  | GatewayDown;

/** A vendor's account at the gateway, to which his payouts go. */
export interface VendorAccount {
  readonly id: string;
  readonly payoutsEnabled: boolean;
  /** Where the vendor completes his details; absent when nothing is left to do. */
  readonly onboardingUrl?: string;
}

export type VendorAccountOutcome =
  { readonly status: 'open'; readonly account: VendorAccount } | OutcomeUnknown | GatewayDown;

/** Whether the gateway has told where the thing stands; otherwise there is nothing to act on yet. */
export function isAnswer<T extends { readonly status: string }>(
  outcome: T,
): outcome is Exclude<T, OutcomeUnknown | GatewayDown> {
  return outcome.status !== 'unknown' && outcome.status !== 'unavailable';
}
