import { money, type Money } from '@app/kernel';
import type { Account, PlatformAccount, VendorAccount } from './accounts.js';

/** What a journal records. With its source and occurrence it is unique: a thing happens to a record once. */
export const JOURNAL_KINDS = [
  'payment.succeeded',
  'payment.gateway_fee',
  'payment.converted',
  'refund.created',
  'refund.settled',
  'refund.converted',
  'refund.failed_later',
  'refund.abandoned',
  'booking.released',
  'payout.submitted',
  'payout.paid',
  'payout.failed',
  'payout.returned',
  'dispute.withdrawn',
  'dispute.won',
  'dispute.lost',
  'dispute.converted',
  'balance.written_off',
] as const;

export type JournalKind = (typeof JOURNAL_KINDS)[number];

/** The kind of record a journal comes from; its id is `sourceId`. */
export type SourceType = 'payment' | 'refund' | 'booking' | 'payout' | 'dispute' | 'write_off';

/** A signed amount on one account: debit positive, credit negative. Written with {@link debit} and {@link credit}. */
export interface Line {
  readonly account: Account;
  readonly amount: Money;
}

/** A journal about to be posted: its lines sum to zero in each currency. */
export interface JournalEntry {
  readonly kind: JournalKind;
  readonly sourceType: SourceType;
  readonly sourceId: string;
  /** For what may happen to a record again, e.g. each attempt of a payout is submitted; 1 unless told. */
  readonly occurrence?: number;
  /** The booking whose money moves, where there is one. */
  readonly bookingId?: string;
  readonly occurredAt: Date;
  readonly lines: readonly Line[];
}

export function debit(account: Account, amount: Money): Line {
  return { account, amount };
}

export function credit(account: Account, amount: Money): Line {
  return { account, amount: money(0 - amount.amount, amount.currency) };
}

/** What one account sees of a journal: a row of `postings`, with its account still by name. */
export interface AccountMovement {
  readonly name: PlatformAccount | VendorAccount;
  readonly vendorId: string | null;
  readonly currency: string;
  /** Signed minor units, never 0. */
  readonly amount: number;
}

/**
 * Sums the entry's lines per account, leaves out what comes to nothing, and orders them by account, so that two transactions that
 * open the same new accounts do it in the same order.
 * @throws RangeError when the lines do not sum to zero in each currency: a programming error, refused before the database has to.
 */
export function movementsOf(entry: JournalEntry): AccountMovement[] {
  const totals = new Map<string, number>();
  const movements = new Map<string, AccountMovement>();
  for (const { account, amount: line } of entry.lines) {
    const { name, vendorId } = typeof account === 'string' ? { name: account, vendorId: null } : account;
    const key = [name, vendorId, line.currency].join(' ');
    const { amount, currency } = money((movements.get(key)?.amount ?? 0) + line.amount, line.currency);
    movements.set(key, { name, vendorId, currency, amount });
    totals.set(currency, (totals.get(currency) ?? 0) + line.amount);
  }
  for (const [currency, total] of totals) {
    if (total !== 0) {
      const source = `${entry.sourceType} ${entry.sourceId}`;
      throw new RangeError(
        `${entry.kind} of ${source} does not sum to zero: ${total} ${currency} too much on the debit side`,
      );
    }
  }
  return [...movements.entries()]
    .filter(([, movement]) => movement.amount !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, movement]) => movement);
}
