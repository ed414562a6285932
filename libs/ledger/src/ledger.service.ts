import { toSafeInteger, type Tx } from '@app/database';
import { money, newId, type Money } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { movementsOf, type AccountMovement, type JournalEntry } from './journal-entry.js';
import type { Remaining } from './remaining.js';

/**
 * The one writer of the books, in the caller's transaction: money moves together with what moved it, or not at all.
 * Balances over all bookings are read through {@link Statements}.
 */
@Injectable()
export class Ledger {
  /**
   * Writes a journal in one statement; an entry whose lines come to nothing leaves no trace.
   *
   * @throws RangeError when the lines do not sum to zero in each currency; nothing was sent to the database.
   * @throws QueryFailedError violating `journals_source_key` when this kind of journal was posted for this source before. The
   *   transaction is lost then, and so is whatever would have been done twice: callers lock the source's row first, and meet this
   *   only if they did not.
   */
  async post(entry: JournalEntry, tx: Tx): Promise<void> {
    const movements = movementsOf(entry);
    if (movements.length === 0 || (await this.insert(entry, movements, tx))) return;
    await this.openAccounts(movements, tx);
    if (await this.insert(entry, movements, tx)) return;
    throw new Error(
      `${entry.kind} of ${entry.sourceType} ${entry.sourceId}: its accounts were opened, and are not there`,
    );
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
  private async insert(entry: JournalEntry, movements: AccountMovement[], tx: Tx): Promise<boolean> {
    const written: unknown[] = await tx.query(
      /* sql */ `
      WITH movement AS (
        SELECT account.id AS account_id, line.amount
        FROM unnest($1::text[], $2::uuid[], $3::char(3)[], $4::bigint[]) AS line (name, vendor_id, currency, amount)
        JOIN ledger_accounts account ON account.name = line.name AND account.currency = line.currency
          AND (account.vendor_id = line.vendor_id OR account.vendor_id IS NULL AND line.vendor_id IS NULL)
      ), journal AS (
        INSERT INTO journals (id, kind, source_type, source_id, booking_id, occurred_at, occurrence)
        SELECT $5::uuid, $6::text, $7::text, $8::uuid, $9::uuid, $10::timestamptz, $11::integer
        WHERE (SELECT count(*) FROM movement) = cardinality($1::text[])
        RETURNING id
      )
      INSERT INTO postings (journal_id, account_id, amount)
      SELECT journal.id, movement.account_id, movement.amount FROM journal CROSS JOIN movement
      RETURNING account_id`,
      [
        ...accountColumns(movements),
        movements.map((movement) => movement.amount),
        newId(),
        entry.kind,
        entry.sourceType,
        entry.sourceId,
        entry.bookingId ?? null,
        entry.occurredAt,
        entry.occurrence ?? 1,
      ],
    );
    return written.length > 0;
  }

  /**
   * Waits for whoever is opening one of the same accounts. A statement does not see a row committed after it began (READ COMMITTED),
   * which is why opening and posting are two statements; every later journal needs only the second.
   */
  private async openAccounts(movements: AccountMovement[], tx: Tx): Promise<void> {
    await tx.query(
      /* sql */ `
      INSERT INTO ledger_accounts (name, vendor_id, currency, id)
      SELECT * FROM unnest($1::text[], $2::uuid[], $3::char(3)[], $4::uuid[])
      ON CONFLICT ON CONSTRAINT ledger_accounts_key DO NOTHING`,
      [...accountColumns(movements), movements.map(() => newId())],
    );
  }
}

/** As parallel arrays, for `unnest`. */
function accountColumns(movements: AccountMovement[]): [string[], (string | null)[], string[]] {
  return [
    movements.map((movement) => movement.name),
    movements.map((movement) => movement.vendorId),
    movements.map((movement) => movement.currency),
  ];
}
