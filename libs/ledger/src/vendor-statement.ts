import { toSafeInteger } from '@app/database';
import { money, type Money } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { VendorAccount } from './accounts.js';
import type { JournalKind } from './journal-entry.js';
import type { JournalKey } from './journal-log.js';

/** The vendor's own accounts, as he knows them. */
const NAMES = {
  'vendor:pending': 'pending',
  'vendor:available': 'available',
  'vendor:in_transit': 'inTransit',
  'vendor:dispute_hold': 'disputeHold',
} as const satisfies Readonly<Record<VendorAccount, string>>;

export type StatementAccount = (typeof NAMES)[VendorAccount];
export const STATEMENT_ACCOUNTS: readonly StatementAccount[] = Object.values(NAMES);

export interface StatementFilter {
  readonly currency?: string;
  readonly bookingId?: string;
  readonly from?: Date;
  /** Exclusive. */
  readonly to?: Date;
}

/** What a page of a statement ended with: a journal may move several of the vendor's accounts. */
export interface StatementKey extends JournalKey {
  readonly account: StatementAccount;
}

export interface Movement extends StatementKey {
  readonly kind: JournalKind;
  readonly bookingId: string | null;
  /** From the vendor's side: what he gains is positive. */
  readonly amount: Money;
}

type MovementRow = Omit<Movement, 'account' | 'amount'> & {
  account: VendorAccount;
  amount: string;
  currency: string;
};

/** What moved one vendor's accounts, newest first. */
@Injectable()
export class VendorStatement {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** @param before what the page before ended with. */
  async find(
    vendorId: string,
    { currency, bookingId, from, to }: StatementFilter,
    limit: number,
    before?: StatementKey,
  ): Promise<Movement[]> {
    const parameters: unknown[] = [vendorId, limit];
    const given = (value: unknown) => `$${parameters.push(value)}`;
    const conditions = [
      'account.vendor_id = $1',
      currency && `account.currency = ${given(currency)}`,
      bookingId && `journal.booking_id = ${given(bookingId)}`,
      from && `journal.occurred_at >= ${given(from)}`,
      to && `journal.occurred_at < ${given(to)}`,
      before &&
        `(journal.occurred_at, journal.id, account.name)
           < (${given(before.occurredAt)}, ${given(before.id)}, ${given(accountOf(before))})`,
    ].filter(Boolean);
    const rows = await this.dataSource.query<MovementRow[]>(
      /* sql */ `
      SELECT journal.id, journal.occurred_at AS "occurredAt", journal.kind, journal.booking_id AS "bookingId",
        account.name AS account, account.currency, -posting.amount AS amount
      FROM ledger_accounts account
      JOIN postings posting ON posting.account_id = account.id
      JOIN journals journal ON journal.id = posting.journal_id
      WHERE ${conditions.join(' AND ')}
      ORDER BY journal.occurred_at DESC, journal.id DESC, account.name DESC LIMIT $2`,
      parameters,
    );
    return rows.map(({ account, amount, currency: code, ...movement }) => ({
      ...movement,
      account: NAMES[account],
      amount: money(toSafeInteger(amount), code),
    }));
  }
}

function accountOf({ account }: StatementKey): VendorAccount | undefined {
  return (Object.keys(NAMES) as VendorAccount[]).find((name) => NAMES[name] === account);
}
