import { toSafeInteger } from '@app/database';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { PlatformAccount, VendorAccount } from './accounts.js';

/** What a vendor owns and was paid in one currency, in minor units from his side: credit balances of his accounts are positive. */
export interface VendorBalance {
  readonly currency: string;
  readonly pending: number;
  /** Below zero when refunds after completion exceed what was earned since. */
  readonly available: number;
  readonly inTransit: number;
  /** Frozen while a bank decides on a dispute. */
  readonly onHold: number;
  /** Payouts that arrived, less those that came back. */
  readonly paid: number;
}

export interface TrialBalance {
  readonly currency: string;
  /** Signed minor units, debit positive; a vendor account is the sum over all vendors. */
  readonly accounts: readonly {
    readonly account: PlatformAccount | VendorAccount;
    readonly balance: number;
  }[];
  /** The sum of the balances: 0, or the books are broken. */
  readonly total: number;
}

/** The books as read from outside: balances, computed from the postings each time. */
@Injectable()
export class Statements {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** One entry per currency in which the vendor has an account, by currency code. */
  async vendorBalances(vendorId: string): Promise<VendorBalance[]> {
    const rows: Record<'currency' | 'pending' | 'available' | 'in_transit' | 'on_hold' | 'paid', string>[] =
      await this.dataSource.query(
        /* sql */ `
      SELECT account.currency,
        coalesce(-sum(amount) FILTER (WHERE account.name = 'vendor:pending'), 0) AS pending,
        coalesce(-sum(amount) FILTER (WHERE account.name = 'vendor:available'), 0) AS available,
        coalesce(-sum(amount) FILTER (WHERE account.name = 'vendor:in_transit'), 0) AS in_transit,
        coalesce(-sum(amount) FILTER (WHERE account.name = 'vendor:dispute_hold'), 0) AS on_hold,
        -- Paying debits vendor:in_transit, a return credits vendor:available: their sum is what stayed with the vendor.
        coalesce(sum(amount) FILTER (WHERE payout.id IS NOT NULL), 0) AS paid
      FROM ledger_accounts account
      JOIN postings posting ON posting.account_id = account.id
      LEFT JOIN journals payout ON payout.id = posting.journal_id AND payout.kind IN ('payout.paid', 'payout.returned')
      WHERE account.vendor_id = $1
      GROUP BY account.currency
      ORDER BY account.currency`,
        [vendorId],
      );
    return rows.map((row) => ({
      currency: row.currency,
      pending: toSafeInteger(row.pending),
      available: toSafeInteger(row.available),
      inTransit: toSafeInteger(row.in_transit),
      onHold: toSafeInteger(row.on_hold),
      paid: toSafeInteger(row.paid),
    }));
  }

  /** Every account ever used, by currency and name. */
  async trialBalance(): Promise<TrialBalance[]> {
    const rows: { currency: string; account: PlatformAccount | VendorAccount; balance: string }[] = await this
      .dataSource.query(/* sql */ `
      SELECT account.currency, account.name AS account, sum(posting.amount) AS balance
      FROM ledger_accounts account
      JOIN postings posting ON posting.account_id = account.id
      GROUP BY account.currency, account.name
      ORDER BY account.currency, account.name`);
    const currencies = [...new Set(rows.map(({ currency }) => currency))];
    return currencies.map((currency) => {
      const accounts = rows
        .filter((row) => row.currency === currency)
        .map(({ account, balance }) => ({ account, balance: toSafeInteger(balance) }));
      return { currency, accounts, total: accounts.reduce((sum, { balance }) => sum + balance, 0) };
    });
  }
}
