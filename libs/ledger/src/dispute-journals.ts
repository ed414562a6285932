import { money, type Money } from '@app/kernel';
import { credit, debit, type JournalEntry, type JournalKind, type Line } from './journal-entry.js';
import { commissionTaken, vendorShareTaken, type Remaining } from './remaining.js';

interface OfDispute {
  readonly disputeId: string;
  readonly bookingId: string;
  readonly vendorId: string;
  /** What the gateway withdrew: D. */
  readonly amount: Money;
  /** The vendor's part of what the disputed payment still had: V, in the minor units of `amount`. */
  readonly vendorShare: number;
  readonly occurredAt: Date;
}

/**
 * The bank took the money back while it looks into the matter, and the gateway charged a fee for it; the vendor's share is frozen.
 * Debit dispute:receivable D, platform:dispute_fees F; credit gateway:balance D + F. Debit vendor:pending, or what was released
 * already vendor:available; credit vendor:dispute_hold V.
 */
export function disputeWithdrawn(
  dispute: OfDispute & {
    /** In whatever currency the gateway charges it. */
    readonly fee: Money;
    /** What the booking still has in vendor:pending. */
    readonly remaining: Remaining | undefined;
  },
): JournalEntry {
  const { vendorId, amount, fee, remaining } = dispute;
  const held = heldShare(dispute);
  return ofDispute('dispute.withdrawn', dispute, [
    debit('dispute:receivable', amount),
    credit('gateway:balance', amount),
    debit('platform:dispute_fees', fee),
    credit('gateway:balance', fee),
    ...vendorShareTaken(vendorId, held, remaining),
    credit({ name: 'vendor:dispute_hold', vendorId }, held),
  ]);
}

/**
 * The bank decided for us. Debit gateway:balance D, vendor:dispute_hold V; credit dispute:receivable D and, as the booking is over or
 * not, vendor:available or vendor:pending V; the fee only as far as the gateway returned it.
 */
export function disputeWon(
  dispute: OfDispute & { readonly over: boolean; readonly feeReturned: Money },
): JournalEntry {
  const { vendorId, amount, over, feeReturned } = dispute;
  const held = heldShare(dispute);
  return ofDispute('dispute.won', dispute, [
    debit('gateway:balance', amount),
    credit('dispute:receivable', amount),
    debit('gateway:balance', feeReturned),
    credit('platform:dispute_fees', feeReturned),
    debit({ name: 'vendor:dispute_hold', vendorId }, held),
    credit({ name: over ? 'vendor:available' : 'vendor:pending', vendorId }, held),
  ]);
}

/**
 * The bank decided for the traveller: each bears its share, the platform also what neither had any more. Debit vendor:dispute_hold V,
 * commission:deferred or revenue C, platform:losses D - V - C; credit dispute:receivable D.
 */
export function disputeLost(
  dispute: OfDispute & {
    /** The platform's part of what the disputed payment still had: C. */
    readonly commissionShare: number;
    readonly remaining: Remaining | undefined;
  },
): JournalEntry {
  const { vendorId, amount, vendorShare, commissionShare, remaining } = dispute;
  const loss = amount.amount - vendorShare - commissionShare;
  return ofDispute('dispute.lost', dispute, [
    debit({ name: 'vendor:dispute_hold', vendorId }, heldShare(dispute)),
    ...commissionTaken(money(commissionShare, amount.currency), remaining),
    debit('platform:losses', money(loss, amount.currency)),
    credit('dispute:receivable', amount),
  ]);
}

function heldShare({ vendorShare, amount }: OfDispute): Money {
  return money(vendorShare, amount.currency);
}

function ofDispute(
  kind: JournalKind,
  { disputeId, bookingId, occurredAt }: OfDispute,
  lines: Line[],
): JournalEntry {
  return { kind, sourceType: 'dispute', sourceId: disputeId, bookingId, occurredAt, lines };
}
