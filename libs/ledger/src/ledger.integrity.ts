import { toSafeInteger } from '@app/database';
import type { IntegrityCheck } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { JOURNAL_SHAPES } from './journal-shape.js';

/** A broken ledger says so with its first findings; nobody reads a thousand. */
const MAX_VIOLATIONS = 100;

/**
 * Re-derives what constraints and triggers already enforce, since a restored backup or a superuser can get past those: every
 * journal balances in each currency and has two postings at least, and vendor accounts, no others, belong to a vendor. And what
 * nothing enforces: that each journal is of the right record, touches only the accounts of its kind, and those of one vendor.
 */
@Injectable()
export class LedgerIntegrity implements IntegrityCheck {
  readonly name = 'ledger';

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Counts journals. */
  async run(): Promise<{ checked: number; violations: string[] }> {
    const counted: { journals: string }[] = await this.dataSource.query(
      'SELECT count(*) AS journals FROM journals',
    );
    const found: { violation: string }[] = await this.dataSource.query(
      /* sql */ `
      SELECT format('journal %s sums to %s %s', posting.journal_id, sum(posting.amount), account.currency) AS violation
      FROM postings posting JOIN ledger_accounts account ON account.id = posting.account_id
      GROUP BY posting.journal_id, account.currency HAVING sum(posting.amount) <> 0
      UNION ALL
      SELECT format('journal %s has fewer than two postings: %s', journal.id, count(posting.account_id))
      FROM journals journal LEFT JOIN postings posting ON posting.journal_id = journal.id
      GROUP BY journal.id HAVING count(posting.account_id) < 2
      UNION ALL
      SELECT format('account %s (%s) should %s a vendor', id, name, CASE WHEN vendor_id IS NULL THEN 'have' ELSE 'not have' END)
      FROM ledger_accounts WHERE (name LIKE 'vendor:%') <> (vendor_id IS NOT NULL)
      UNION ALL
      SELECT format('journal %s (%s) is of a %s', journal.id, journal.kind, journal.source_type)
      FROM journals journal LEFT JOIN json_to_recordset($2) AS shape (kind text, source text, accounts json) USING (kind)
      WHERE journal.source_type IS DISTINCT FROM shape.source
      UNION ALL
      SELECT format('journal %s (%s) touches %s', journal.id, journal.kind, account.name)
      FROM journals journal
      JOIN json_to_recordset($2) AS shape (kind text, source text, accounts jsonb) USING (kind)
      JOIN postings posting ON posting.journal_id = journal.id
      JOIN ledger_accounts account ON account.id = posting.account_id
      WHERE NOT shape.accounts ? account.name
      UNION ALL
      SELECT format('journal %s touches the accounts of %s vendors', posting.journal_id, count(DISTINCT account.vendor_id))
      FROM postings posting JOIN ledger_accounts account ON account.id = posting.account_id
      GROUP BY posting.journal_id HAVING count(DISTINCT account.vendor_id) > 1
      LIMIT $1`,
      [
        MAX_VIOLATIONS,
        JSON.stringify(Object.entries(JOURNAL_SHAPES).map(([kind, shape]) => ({ kind, ...shape }))),
      ],
    );
    return {
      checked: toSafeInteger(counted[0]?.journals ?? 0),
      violations: found.map(({ violation }) => violation),
    };
  }
}
