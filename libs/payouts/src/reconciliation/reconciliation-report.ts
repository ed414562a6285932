import type { Money } from '@app/kernel';

/**
 * What a difference between the gateway's balance and our books is called. Stable: operators and their scripts match on it.
 * `missing-in-books`: the gateway moved money for something of ours, and the books do not have it. `missing-at-gateway`: the books
 * have what the gateway did not move. `amount-differs`: both have it, and not as much of it. `unknown-object`: the gateway moved
 * money for what is not ours.
 */
export const BREAK_KINDS = [
  'missing-in-books',
  'missing-at-gateway',
  'amount-differs',
  'unknown-object',
] as const;

export type BreakKind = (typeof BREAK_KINDS)[number];

/** One difference, in one currency. */
export interface Break {
  readonly kind: BreakKind;
  /** The payment, refund, transfer or dispute at the gateway; of what is none of these, the movement itself. */
  readonly gatewayId: string;
  readonly paymentId?: string;
  /** How much more the gateway has than the books; below zero, how much less. */
  readonly amount: Money;
  /** For people. */
  readonly detail: string;
}

export interface ReconciliationReport {
  /** Whether the gateway and the books agree: there are no breaks. */
  readonly ok: boolean;
  readonly checkedAt: Date;
  readonly from: Date;
  /** Exclusive, but for the present moment. */
  readonly to: Date;
  /** How many payments, refunds, transfers and disputes were looked at: a run that saw nothing has proven nothing. */
  readonly compared: number;
  /**
   * What moved between the gateway's balance and the platform's own bank account, by currency; below zero, to the bank. It is the
   * platform's own business, is in no book of ours, and is no break.
   */
  readonly bank: readonly Money[];
  readonly breaks: readonly Break[];
  /** There are more breaks than these. */
  readonly truncated: boolean;
}
