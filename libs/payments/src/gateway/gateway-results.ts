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
  /** The gateway's id of the call that failed, for its support. */
  readonly requestId?: string;
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
      /** What the capture became in the gateway's balance, where that is kept in another currency. */
      readonly settled?: Money;
    }
  | {
      readonly status: 'failed';
      /** Absent when the gateway would not even create an intent. */
      readonly gatewayPaymentId?: string;
      readonly failure: GatewayFailure;
    }
  /** The intent is closed: no money can come of it any more. */
  | { readonly status: 'canceled'; readonly gatewayPaymentId: string }
  /** The gateway does not know the payment method; nothing was created. */
  | { readonly status: 'unknown-method' }
  | OutcomeUnknown
  | GatewayDown;

/** Where a refund stands at the gateway. */
export type RefundOutcome =
  | { readonly status: 'pending'; readonly gatewayRefundId: string }
  | {
      readonly status: 'succeeded';
      readonly gatewayRefundId: string;
      /** What it took from the gateway's balance, positive, where that is kept in another currency. */
      readonly settled?: Money;
    }
  | { readonly status: 'failed'; readonly gatewayRefundId?: string; readonly failure: GatewayFailure }
  | OutcomeUnknown
  | GatewayDown;

/** The gateway has never been asked for it: nothing was done. */
export interface NeverAsked {
  readonly status: 'none';
}

/** Where a transfer to a vendor's account stands. It arrives at once or not at all. */
export type TransferOutcome =
  | {
      readonly status: 'paid';
      readonly gatewayTransferId: string;
      /** How much of it has come back. */
      readonly reversed: Money;
    }
  | { readonly status: 'failed'; readonly failure: GatewayFailure }
  | OutcomeUnknown
  | GatewayDown;

/**
 * Where a dispute stands. `inquiry`: the bank asks, no money has moved. `open`: the bank has taken the money while it decides.
 * An inquiry that comes to nothing is `closed`.
 */
export type DisputeOutcome =
  | {
      readonly status: 'inquiry' | 'open' | 'won' | 'lost' | 'closed';
      readonly gatewayDisputeId: string;
      readonly gatewayPaymentId: string;
      /** Why, in the card network's vocabulary, e.g. `fraudulent`. */
      readonly reason: string;
      /** What the traveller disputes, in the payment's currency. */
      readonly amount: Money;
      /** What the gateway charges for it, in whatever currency; 0 until money is withdrawn. */
      readonly fee: Money;
      /** What of the fee came back when it was won. */
      readonly feeReturned: Money;
      /** What was withdrawn from the gateway's balance, positive, where that is kept in another currency. */
      readonly settled?: Money;
      /** What came back to it when it was won, in the same way. */
      readonly returned?: Money;
    }
  | OutcomeUnknown
  | GatewayDown;

/** Why the gateway's balance moved. `bank`: to or from the platform's own bank account. `other`: nothing of ours. */
export type BalanceTransactionType =
  | 'payment'
  | 'refund'
  | 'refund_failure'
  | 'transfer'
  | 'transfer_reversal'
  | 'dispute'
  | 'dispute_reversal'
  | 'bank'
  | 'other';

/** One movement of the gateway's balance. */
export interface BalanceTransaction {
  readonly id: string;
  readonly type: BalanceTransactionType;
  /** The payment, refund, transfer or dispute that moved it, by its id at the gateway; of `other`, its own id. */
  readonly gatewayId: string;
  /** What the balance changed by, fees included: signed. */
  readonly net: Money;
  readonly createdAt: Date;
}

export type BalanceTransactionsOutcome =
  | { readonly status: 'page'; readonly data: readonly BalanceTransaction[]; readonly nextCursor?: string }
  | OutcomeUnknown
  | GatewayDown;

/** What a piece of news is about. Its present state is read at the gateway: news come late, twice, in any order, or never. */
export type GatewaySubject =
  | { readonly kind: 'payment'; readonly gatewayPaymentId: string }
  | { readonly kind: 'refund'; readonly gatewayRefundId: string; readonly gatewayPaymentId: string }
  | { readonly kind: 'dispute'; readonly gatewayDisputeId: string }
  | { readonly kind: 'account'; readonly accountId: string }
  | { readonly kind: 'transfer'; readonly gatewayTransferId: string };

/** One piece of the gateway's news, its signature verified. Without a subject it concerns nothing of ours. */
export interface GatewayEvent {
  readonly id: string;
  readonly type: string;
  readonly subject?: GatewaySubject;
}

/** A vendor's account at the gateway, to which his payouts go. */
export interface VendorAccount {
  readonly id: string;
  readonly payoutsEnabled: boolean;
  /** Where the vendor completes his details; absent when nothing is left to do. */
  readonly onboardingUrl?: string;
}

export type VendorAccountOutcome =
  | { readonly status: 'open'; readonly account: VendorAccount }
  /** The gateway has no account for such a vendor, e.g. in his country. */
  | { readonly status: 'refused'; readonly failure: GatewayFailure }
  | OutcomeUnknown
  | GatewayDown;

/** Whether the gateway has told where the thing stands; otherwise there is nothing to act on yet. */
export function isAnswer<T extends { readonly status: string }>(
  outcome: T,
): outcome is Exclude<T, OutcomeUnknown | GatewayDown> {
  return outcome.status !== 'unknown' && outcome.status !== 'unavailable';
}
