import { toSafeInteger } from '@app/database';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { PlatformAccount, VendorAccount } from './accounts.js';

export interface AccountFilter {
  readonly vendorId?: string;
  readonly currency?: string;
  readonly name?: PlatformAccount | VendorAccount;
}

export interface AccountBalance {
  readonly id: string;
  readonly account: PlatformAccount | VendorAccount;
  readonly vendorId: string | null;
  readonly currency: string;
  /** Signed minor units: debit positive. */
  readonly balance: number;
}

/** Every account by itself, the first opened first, with the sum of its postings. */
@Injectable()
export class AccountList {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** @param after the id that the page before ended with. */
  async find(
    { vendorId, currency, name }: AccountFilter,
    limit: number,
    after?: string,
  ): Promise<AccountBalance[]> {
    const parameters: unknown[] = [];
    const given = (value: unknown) => `$${parameters.push(value)}`;
    const conditions = [
      vendorId && `vendor_id = ${given(vendorId)}`,
      currency && `currency = ${given(currency)}`,
      name && `name = ${given(name)}`,
      after && `id > ${given(after)}`,
    ].filter(Boolean);
    const rows = await this.dataSource.query<(Omit<AccountBalance, 'balance'> & { balance: string })[]>(
      /* sql */ `
      SELECT account.id, account.name AS account, account.vendor_id AS "vendorId", account.currency,
        (SELECT coalesce(sum(amount), 0) FROM postings WHERE account_id = account.id) AS balance
      FROM (
        SELECT * FROM ledger_accounts ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
        ORDER BY id LIMIT ${given(limit)}
      ) AS account
      ORDER BY account.id`,
      parameters,
    );
    return rows.map((row) => ({ ...row, balance: toSafeInteger(row.balance) }));
  }
}
