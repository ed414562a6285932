import { newId } from '@app/kernel';
import { movementsOf, type AccountMovement, type JournalEntry } from './journal-entry.js';

/** Journals about to be written, with the ids that they will have. Those whose lines come to nothing are left out. */
export type NumberedJournal = readonly [id: string, entry: JournalEntry, movements: AccountMovement[]];

/** @throws RangeError when the lines of one do not sum to zero in each currency; nothing was sent to the database. */
export function numbered(entries: readonly JournalEntry[]): NumberedJournal[] {
  return entries
    .map((entry): NumberedJournal => [newId(), entry, movementsOf(entry)])
    .filter(([, , movements]) => movements.length > 0);
}

/**
 * The lines of journals with the ids of their accounts, in SQL: `journal_id`, `account_id`, `amount`. An account that is not open has
 * a null for its id. Each is looked up by the whole of its unique key, however many vendors there are.
 * @param lines SQL for what {@link lineRows} made.
 */
export const resolveLines = (lines: string) => /* sql */ `
  SELECT journal_id, amount, CASE
    WHEN line.vendor_id IS NULL THEN (SELECT id FROM ledger_accounts account
      WHERE account.name = line.name AND account.currency = line.currency AND account.vendor_id IS NULL)
    ELSE (SELECT id FROM ledger_accounts account
      WHERE account.name = line.name AND account.currency = line.currency AND account.vendor_id = line.vendor_id)
    END AS account_id
  FROM jsonb_to_recordset(${lines}::jsonb) AS line (journal_id uuid, name text, vendor_id uuid, currency char(3), amount bigint)`;

/**
 * Writes journals, in SQL; {@link insertPostings} belongs to it, in the same statement.
 * @param journals SQL for what {@link journalRows} made.
 * @param condition SQL: whether it is to happen.
 */
export const insertJournals = (journals: string, condition: string) => /* sql */ `
  INSERT INTO journals (id, kind, source_type, source_id, booking_id, occurred_at, occurrence)
  SELECT * FROM jsonb_to_recordset(${journals}::jsonb) AS journal (id uuid, kind text, source_type text, source_id uuid,
    booking_id uuid, occurred_at timestamptz, occurrence integer)
  WHERE ${condition}`;

/** @param lines what {@link resolveLines} made. @param condition SQL: whether it is to happen. */
export const insertPostings = (lines: string, condition: string) => /* sql */ `
  INSERT INTO postings (journal_id, account_id, amount)
  SELECT journal_id, account_id, amount FROM ${lines} WHERE ${condition}`;

/** As JSON. */
export function journalRows(journals: readonly NumberedJournal[]): string {
  return JSON.stringify(
    journals.map(([id, entry]) => ({
      id,
      kind: entry.kind,
      source_type: entry.sourceType,
      source_id: entry.sourceId,
      booking_id: entry.bookingId ?? null,
      occurred_at: entry.occurredAt,
      occurrence: entry.occurrence ?? 1,
    })),
  );
}

/** As JSON. */
export function lineRows(journals: readonly NumberedJournal[]): string {
  return JSON.stringify(
    journals.flatMap(([id, , movements]) =>
      movements.map(({ name, vendorId, currency, amount }) => ({
        journal_id: id,
        name,
        vendor_id: vendorId,
        currency,
        amount,
      })),
    ),
  );
}
