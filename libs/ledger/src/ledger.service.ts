import { toSafeInteger, type Tx } from '@app/database';
import { newId } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { movementsOf, type AccountMovement, type JournalEntry } from './journal-entry.js';
import type { Remaining } from './journals.js';

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

  /** The commission that these refunds took back, less what abandoning them restored; in minor units of their payment's currency. */
  async commissionReversedBy(refundIds: readonly string[], tx: Tx): Promise<number> {
    const rows: { reversed: string }[] = await tx.query(
      /* sql */ `
      SELECT coalesce(sum(posting.amount), 0) AS reversed
      FROM journals journal
      JOIN postings posting ON posting.journal_id = journal.id
      JOIN ledger_accounts account ON account.id = posting.account_id
      WHERE journal.kind IN ('refund.created', 'refund.abandoned')
        AND journal.source_type = 'refund' AND journal.source_id = ANY ($1::uuid[])
        AND account.name IN ('commission:deferred', 'commission:revenue')`,
      [refundIds],
    );
    return toSafeInteger(rows[0]?.reversed ?? 0);
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
        INSERT INTO journals (id, kind, source_type, source_id, booking_id, occurred_at)
        SELECT $5::uuid, $6::text, $7::text, $8::uuid, $9::uuid, $10::timestamptz
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
