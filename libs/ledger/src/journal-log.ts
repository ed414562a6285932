import { toSafeInteger } from '@app/database';
import { money, type Money } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { VENDOR_ACCOUNTS, type PlatformAccount, type VendorAccount } from './accounts.js';
import type { JournalKind, SourceType } from './journal-entry.js';

export interface JournalFilter {
  readonly bookingId?: string;
  readonly kind?: JournalKind;
  readonly sourceId?: string;
  /** Only journals that touch this account; with `vendorId`, that vendor's. */
  readonly account?: PlatformAccount | VendorAccount;
  /** Only journals that touch an account of this vendor. */
  readonly vendorId?: string;
  readonly from?: Date;
  /** Exclusive. */
  readonly to?: Date;
}

/** What a page ended with: the next has what occurred before it, and of the same moment what has a lower id. */
export interface JournalKey {
  readonly occurredAt: Date;
  readonly id: string;
}

export interface LoggedPosting {
  readonly account: PlatformAccount | VendorAccount;
  readonly vendorId: string | null;
  /** Signed: debit positive. */
  readonly amount: Money;
}

export interface LoggedJournal extends JournalKey {
  readonly kind: JournalKind;
  readonly sourceType: SourceType;
  readonly sourceId: string;
  readonly occurrence: number;
  readonly bookingId: string | null;
  readonly postings: readonly LoggedPosting[];
}

interface PostingRow extends Omit<LoggedPosting, 'amount'> {
  /** As text: JSON numbers lose digits. */
  readonly amount: string;
  readonly currency: string;
}

/**
 * The journals as they were written, newest first. By when they occurred, not by id: an id tells when the row was made, which is a
 * little later, and another time altogether where a history is replayed under a clock of its own.
 */
@Injectable()
export class JournalLog {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async find(filter: JournalFilter, limit: number, before?: JournalKey): Promise<LoggedJournal[]> {
    const parameters: unknown[] = [];
    const given = (value: unknown) => `$${parameters.push(value)}`;
    const { bookingId, kind, sourceId, account, vendorId, from, to } = filter;
    // Only what was asked for is sent: each filter then has its index, whatever the others are.
    const conditions = [
      bookingId && `booking_id = ${given(bookingId)}`,
      kind && `kind = ${given(kind)}`,
      sourceId && `source_id = ${given(sourceId)}`,
      from && `occurred_at >= ${given(from)}`,
      to && `occurred_at < ${given(to)}`,
      before && `(occurred_at, id) < (${given(before.occurredAt)}, ${given(before.id)})`,
      (account || vendorId) && `id IN (${await this.touching({ account, vendorId }, given)})`,
    ].filter(Boolean);
    const rows = await this.dataSource.query<
      (Omit<LoggedJournal, 'postings'> & { postings: PostingRow[] })[]
    >(
      /* sql */ `
      SELECT journal.*, (
        SELECT json_agg(json_build_object('account', account.name, 'vendorId', account.vendor_id,
          'amount', posting.amount::text, 'currency', account.currency) ORDER BY account.currency, account.name)
        FROM postings posting JOIN ledger_accounts account ON account.id = posting.account_id
        WHERE posting.journal_id = journal.id
      ) AS postings
      FROM (
        SELECT id, kind, source_type AS "sourceType", source_id AS "sourceId", occurrence,
          booking_id AS "bookingId", occurred_at AS "occurredAt"
        FROM journals ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
        ORDER BY occurred_at DESC, id DESC LIMIT ${given(limit)}
      ) AS journal
      ORDER BY journal."occurredAt" DESC, journal.id DESC`,
      parameters,
    );
    return rows.map(({ postings, ...journal }) => ({
      ...journal,
      postings: (postings ?? []).map(({ amount, currency, ...posting }) => ({
        ...posting,
        amount: money(toSafeInteger(amount), currency),
      })),
    }));
  }

  /**
   * SQL for the ids of the journals that touch an account. Few accounts are looked up first: knowing them, the planner also knows that
   * nearly every journal touches `gateway:balance`, and few touch those of one vendor.
   */
  private async touching(
    { account, vendorId }: Pick<JournalFilter, 'account' | 'vendorId'>,
    given: (value: unknown) => string,
  ): Promise<string> {
    if (!vendorId && VENDOR_ACCOUNTS.some((name) => name === account)) {
      return `SELECT posting.journal_id FROM ledger_accounts account
              JOIN postings posting ON posting.account_id = account.id WHERE account.name = ${given(account)}`;
    }
    const accounts = await this.dataSource.query<{ id: string }[]>(
      `SELECT id FROM ledger_accounts
       WHERE ($1::text IS NULL OR name = $1) AND ($2::uuid IS NULL OR vendor_id = $2)`,
      [account ?? null, vendorId ?? null],
    );
    return `SELECT journal_id FROM postings WHERE account_id = ANY (${given(accounts.map(({ id }) => id))}::uuid[])`;
  }
}
