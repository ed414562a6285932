import { toSafeInteger, type Tx } from '@app/database';
import { money, newId, type Money } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { AccountMovement, JournalEntry } from './journal-entry.js';
import {
  insertJournals,
  insertPostings,
  journalRows,
  lineRows,
  numbered,
  resolveLines,
  type NumberedJournal,
} from './journal-statement.js';
import type { Remaining } from './remaining.js';

const POST = /* sql */ `
  WITH line AS MATERIALIZED (
    ${resolveLines('$1')}
  ), journal AS (
    ${insertJournals('$2', 'NOT EXISTS (SELECT FROM line WHERE account_id IS NULL)')} RETURNING id
  )
  ${insertPostings('line', 'journal_id IN (SELECT id FROM journal)')} RETURNING account_id`;

/**
 * The writer of the books, in the caller's transaction: money moves together with what moved it, or not at all.
 * Balances over all bookings are read through {@link Statements}.
 */
@Injectable()
export class Ledger {
  /** {@link postAll} of one. */
  post(entry: JournalEntry, tx: Tx): Promise<void> {
    return this.postAll([entry], tx);
  }

  /**
   * Writes journals in one statement; an entry whose lines come to nothing leaves no trace.
   *
   * @throws RangeError when the lines of one do not sum to zero in each currency; nothing was sent to the database.
   * @throws QueryFailedError violating `journals_source_key` when this kind of journal was posted for this source before. The
   *   transaction is lost then, and so is whatever would have been done twice: callers lock the source's row first, and meet this
   *   only if they did not.
   */
  async postAll(entries: readonly JournalEntry[], tx: Tx): Promise<void> {
    const journals = numbered(entries);
    if (journals.length === 0 || (await this.insert(journals, tx))) return;
    await this.openAccounts(journals, tx);
    if (await this.insert(journals, tx)) return;
    const kinds = journals.map(
      ([, { kind, sourceType, sourceId }]) => `${kind} of ${sourceType} ${sourceId}`,
    );
    throw new Error(`${kinds.join(', ')}: the accounts were opened, and are not there`);
  }

  /** What the booking's journals have left in vendor:pending and commission:deferred; undefined when it has none (a free booking). */
  async remainingOf(bookingId: string, tx: Tx): Promise<Remaining | undefined> {
    const rows: Record<'currency' | 'vendor_pending' | 'commission_deferred', string>[] = await tx.query(
      /* sql */ `
      SELECT account.currency,
        coalesce(-sum(posting.amount) FILTER (WHERE account.name = 'vendor:pending'), 0) AS vendor_pending,
        coalesce(-sum(posting.amount) FILTER (WHERE account.name = 'commission:deferred'), 0) AS commission_deferred
      FROM journals journal
      JOIN postings posting ON posting.journal_id = journal.id
      JOIN ledger_accounts account ON account.id = posting.account_id
      WHERE journal.booking_id = $1 AND account.name IN ('vendor:pending', 'commission:deferred')
      GROUP BY account.currency`,
      [bookingId],
    );
    const [row] = rows;
    return (
      row && {
        currency: row.currency,
        vendorPending: toSafeInteger(row.vendor_pending),
        commissionDeferred: toSafeInteger(row.commission_deferred),
      }
    );
  }

  /** What the first conversion of a record ({@link converted}) did to gateway:balance in the other currency; undefined when there was none. */
  async convertedTo(
    kind: 'payment.converted' | 'refund.converted' | 'dispute.converted',
    sourceId: string,
    currency: string,
    tx: Tx,
  ): Promise<Money | undefined> {
    const rows: { currency: string; amount: string }[] = await tx.query(
      /* sql */ `
      SELECT account.currency, posting.amount FROM journals journal
      JOIN postings posting ON posting.journal_id = journal.id
      JOIN ledger_accounts account ON account.id = posting.account_id
      WHERE journal.kind = $1 AND journal.source_type = split_part($1, '.', 1) AND journal.source_id = $2 AND journal.occurrence = 1
        AND account.name = 'gateway:balance' AND account.currency <> $3`,
      [kind, sourceId, currency],
    );
    const [row] = rows;
    return row && money(toSafeInteger(row.amount), row.currency);
  }

  /**
   * What is available to a vendor in one currency, in minor units from his side: it stands still until `tx` ends. Every journal under
   * way holds KEY SHARE on the account's row, through the foreign key of its postings; this waits for them, and they for `tx` (ADR 12).
   * @returns undefined while nothing has ever been posted there.
   */
  async lockVendorBalance(
    vendorId: string,
    currency: string,
    tx: Tx,
  ): Promise<{ accountId: string; balance: number } | undefined> {
    const [account]: { id: string }[] = await tx.query(
      `SELECT id FROM ledger_accounts WHERE name = 'vendor:available' AND vendor_id = $1 AND currency = $2 FOR UPDATE`,
      [vendorId, currency],
    );
    if (!account) return undefined;
    // A statement of its own: it sees what those who were waited for have committed.
    const [sum]: { balance: string }[] = await tx.query(
      'SELECT coalesce(-sum(amount), 0) AS balance FROM postings WHERE account_id = $1',
      [account.id],
    );
    return { accountId: account.id, balance: toSafeInteger(sum?.balance ?? 0) };
  }

  /** The occurrence of a journal that may be posted for its source again and again. Call it with the source's row locked. */
  async nextOccurrence(
    { kind, sourceType, sourceId }: Pick<JournalEntry, 'kind' | 'sourceType' | 'sourceId'>,
    tx: Tx,
  ): Promise<number> {
    const [last]: { occurrence: number | null }[] = await tx.query(
      'SELECT max(occurrence) AS occurrence FROM journals WHERE kind = $1 AND source_type = $2 AND source_id = $3',
      [kind, sourceType, sourceId],
    );
    return (last?.occurrence ?? 0) + 1;
  }

  /** @returns false, having written nothing, when an account is not open yet (or was not when the statement began). */
  private async insert(journals: readonly NumberedJournal[], tx: Tx): Promise<boolean> {
    const written: unknown[] = await tx.query(POST, [lineRows(journals), journalRows(journals)]);
    return written.length > 0;
  }

  /**
   * Waits for whoever is opening one of the same accounts. A statement does not see a row committed after it began (READ COMMITTED),
   * which is why opening and posting are two statements; every later journal needs only the second. In one order, so that two who open
   * the same accounts do not wait for each other.
   */
  private async openAccounts(journals: readonly NumberedJournal[], tx: Tx): Promise<void> {
    await tx.query(
      /* sql */ `
      INSERT INTO ledger_accounts (name, vendor_id, currency, id)
      SELECT DISTINCT ON (name, vendor_id, currency) name, vendor_id, currency, id
      FROM unnest($1::text[], $2::uuid[], $3::char(3)[], $4::uuid[]) AS line (name, vendor_id, currency, id)
      ORDER BY name, vendor_id, currency
      ON CONFLICT ON CONSTRAINT ledger_accounts_key DO NOTHING`,
      accountColumns(journals.flatMap(([, , movements]) => movements)),
    );
  }
}

/** As parallel arrays, for `unnest`; each account with the id that it gets if it is not open yet. */
function accountColumns(movements: AccountMovement[]): [string[], (string | null)[], string[], string[]] {
  return [
    movements.map((movement) => movement.name),
    movements.map((movement) => movement.vendorId),
    movements.map((movement) => movement.currency),
    movements.map(() => newId()),
  ];
}
