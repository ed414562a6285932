import type { Money } from '@app/kernel';
import type {
  BalanceTransactionsOutcome,
  DisputeOutcome,
  GatewayEvent,
  NeverAsked,
  PaymentOutcome,
  RefundOutcome,
  TransferOutcome,
  VendorAccountOutcome,
} from './gateway-results.js';

/** How long we wait for the gateway, in each call to it. */
export const GATEWAY_TIMEOUT_MS = 10_000;

export interface GatewayRead {
  readonly timeoutMs: number;
}

/** A call that changes something. Repeated with the same key and parameters, it is carried out once and answers the same. */
export interface GatewayWrite extends GatewayRead {
  readonly idempotencyKey: string;
}

/** Kept with every object at the gateway, so that each can be traced back from there. */
export interface GatewayMetadata {
  readonly bookingId: string;
  readonly paymentId: string;
  readonly userId: string;
}

/** `idempotencyKey` is a stem: the adapter appends `:create` and `:confirm`. */
export interface ProcessPayment extends GatewayWrite {
  readonly amount: Money;
  /** A token of the gateway's, e.g. `pm_ok`. */
  readonly paymentMethod: string;
  readonly metadata: GatewayMetadata;
}

/**
 * Called between create and confirm, so that the id is stored before any money can move.
 * @returns `leave` to stop there: the intent stays as it is, unconfirmed.
 */
export type OnCreated = (gatewayPaymentId: string) => Promise<'confirm' | 'leave'>;

export interface RefundPayment extends GatewayWrite {
  readonly gatewayPaymentId: string;
  readonly amount: Money;
  readonly metadata: GatewayMetadata & { readonly refundId: string };
}

export interface FindRefund extends GatewayRead {
  readonly gatewayPaymentId: string;
  /** As it was given in the metadata. */
  readonly refundId: string;
}

export interface Transfer extends GatewayWrite {
  /** The vendor's account at the gateway. */
  readonly accountId: string;
  readonly amount: Money;
  /** Names the transfer at the gateway, so that {@link PaymentGateway.findTransfer} finds it: one for each attempt. */
  readonly group: string;
  readonly metadata: { readonly payoutId: string; readonly vendorId: string };
}

export interface ReverseTransfer extends GatewayWrite {
  readonly gatewayTransferId: string;
  readonly amount: Money;
}

export interface ListBalanceTransactions extends GatewayRead {
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string;
}

/** A request that claims to be the gateway's news. Header names are in lower case. */
export interface WebhookRequest {
  /** The body as it came: the signature covers its bytes. */
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface CreateVendorAccount extends GatewayWrite {
  readonly vendorId: string;
  readonly businessName: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly currency: string;
}

export interface GatewayCapabilities {
  /** ISO 4217 codes of what it can charge and settle. */
  readonly currencies: ReadonlySet<string>;
}

/** A key came back with other parameters than before: a fault of ours, never the customer's. */
export class IdempotencyMismatch extends Error {
  constructor(readonly idempotencyKey: string) {
    super(`the gateway knows the key ${idempotencyKey} from a call with other parameters`);
    this.name = 'IdempotencyMismatch';
  }
}

/** News that cannot be trusted or read: badly signed, too old, malformed. The message says which, never what the signature should be. */
export class WebhookUnverified extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WebhookUnverified';
  }
}

/**
 * Whoever charges cards for us. One contract suite (payment-gateway.contract.ts) runs against every adapter.
 *
 * Whatever the gateway or the network does is a result, never an exception: declined, limited, timed out. What throws is a fault
 * of ours: {@link IdempotencyMismatch}, or an object that the gateway has never heard of.
 */
export abstract class PaymentGateway {
  /** Stored with each payment: which gateway its ids belong to. */
  abstract readonly name: string;

  abstract capabilities(): GatewayCapabilities;

  /** Creates an intent, hands its id over, then confirms it. A create without an answer counts as `unavailable`: it moves no money. */
  abstract processPayment(input: ProcessPayment, onCreated: OnCreated): Promise<PaymentOutcome>;

  abstract getPaymentStatus(gatewayPaymentId: string, call: GatewayRead): Promise<PaymentOutcome>;

  /** Closes an intent for good, one that was declined included. Answers `succeeded` when the money came first. */
  abstract cancelPayment(gatewayPaymentId: string, call: GatewayWrite): Promise<PaymentOutcome>;

  /** Refuses (`failed`) what exceeds the capture less earlier refunds. */
  abstract refundPayment(input: RefundPayment): Promise<RefundOutcome>;

  abstract getRefund(gatewayRefundId: string, call: GatewayRead): Promise<RefundOutcome>;

  /** For a refund whose call was interrupted: whether it was ever asked for. Keys are forgotten after a day, metadata is not. */
  abstract findRefund(input: FindRefund): Promise<RefundOutcome | NeverAsked>;

  abstract getDispute(gatewayDisputeId: string, call: GatewayRead): Promise<DisputeOutcome>;

  abstract createVendorAccount(input: CreateVendorAccount): Promise<VendorAccountOutcome>;

  abstract getVendorAccount(accountId: string, call: GatewayRead): Promise<VendorAccountOutcome>;

  /** Moves money from our balance to a vendor's. Refused (`failed`, code `balance_insufficient`) when our balance does not have it. */
  abstract transfer(input: Transfer): Promise<TransferOutcome>;

  abstract getTransfer(gatewayTransferId: string, call: GatewayRead): Promise<TransferOutcome>;

  /** For a transfer whose call was interrupted: whether it was ever made. */
  abstract findTransfer(group: string, call: GatewayRead): Promise<TransferOutcome | NeverAsked>;

  /** Fetches a transfer back. @returns the transfer as it then is; `failed` when there is not as much left of it. */
  abstract reverseTransfer(input: ReverseTransfer): Promise<TransferOutcome>;

  /** What moved our balance, the oldest first or the newest first: each adapter has one order. Up to 100 a page. */
  abstract listBalanceTransactions(input: ListBalanceTransactions): Promise<BalanceTransactionsOutcome>;

  /** @throws WebhookUnverified */
  abstract parseWebhook(request: WebhookRequest): GatewayEvent;
}
