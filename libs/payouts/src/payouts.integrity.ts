import { toSafeInteger } from '@app/database';
import { currency, type IntegrityCheck } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

/** Violations named by one run, of each kind; more would say nothing new. */
const MAX_VIOLATIONS = 100;

/** What a payout says happened to it is what its journals say. */
const JOURNALS_AGREE = /* sql */ `
  SELECT format('payout %s (%s, attempt %s) says %s of which %s came back; the books have %s submitted, %s failed, %s paid and %s returned',
    coalesce(payout.id, books.payout_id), payout.status, payout.attempt, payout.amount, payout.reversed,
    coalesce(books.submitted, 0), coalesce(books.failed, 0), coalesce(books.paid, 0), coalesce(books.returned, 0)) AS violation
  FROM payouts payout FULL JOIN (
    SELECT journal.source_id AS payout_id,
      sum(posting.amount) FILTER (WHERE kind = 'payout.submitted' AND name = 'vendor:available') AS submitted,
      -sum(posting.amount) FILTER (WHERE kind = 'payout.failed' AND name = 'vendor:available') AS failed,
      -sum(posting.amount) FILTER (WHERE kind = 'payout.paid' AND name = 'gateway:balance') AS paid,
      sum(posting.amount) FILTER (WHERE kind = 'payout.returned' AND name = 'gateway:balance') AS returned
    FROM journals journal
    JOIN postings posting ON posting.journal_id = journal.id
    JOIN ledger_accounts account ON account.id = posting.account_id
    WHERE journal.source_type = 'payout'
    GROUP BY journal.source_id
  ) AS books ON books.payout_id = payout.id
  WHERE payout.id IS NULL OR
    (coalesce(books.submitted, 0), coalesce(books.failed, 0), coalesce(books.paid, 0), coalesce(books.returned, 0))
    IS DISTINCT FROM (payout.amount * payout.attempt, payout.amount * (payout.attempt - (payout.status <> 'failed')::int),
      payout.amount * (payout.status IN ('paid', 'returned'))::int, payout.reversed)`;

/** What the books have on its way to a vendor are his payouts under way. */
const IN_TRANSIT_AGREES = /* sql */ `
  SELECT format('vendor %s has %s %s in transit in the books; the payouts under way come to %s', vendor_id,
    coalesce(books.amount, 0), currency, coalesce(underway.amount, 0)) AS violation
  FROM (
    SELECT account.vendor_id, account.currency, -sum(posting.amount) AS amount
    FROM ledger_accounts account JOIN postings posting ON posting.account_id = account.id
    WHERE account.name = 'vendor:in_transit' GROUP BY account.vendor_id, account.currency
  ) AS books FULL JOIN (
    SELECT vendor_id, currency, sum(amount) AS amount FROM payouts
    WHERE status IN ('pending', 'in_transit') GROUP BY vendor_id, currency
  ) AS underway USING (vendor_id, currency)
  WHERE coalesce(books.amount, 0) <> coalesce(underway.amount, 0)`;

/** A payout and what it pays come to nothing, but for what is too small for a bank: less than one step of the currency. */
const ITEMS_SUM_TO_ZERO = /* sql */ `
  SELECT format('payout %s has items that sum to %s', payout.id, coalesce(sum(item.amount), 0))
    || CASE WHEN count(journal.id) = 0 THEN ' and its own is not among them' ELSE '' END AS violation
  FROM payouts payout
  JOIN unnest($2::text[], $3::int[]) AS settled (currency, step) ON settled.currency = payout.currency
  LEFT JOIN payout_items item ON item.payout_id = payout.id
  LEFT JOIN journals journal ON journal.id = item.journal_id AND journal.kind = 'payout.submitted'
    AND journal.source_id = payout.id AND journal.occurrence = 1
  GROUP BY payout.id, settled.step
  HAVING abs(coalesce(sum(item.amount), 0)) >= settled.step OR count(journal.id) = 0`;

/** An item is what its journal did to the balance of the payout's vendor. */
const ITEMS_ARE_POSTINGS = /* sql */ `
  SELECT format('payout %s pays %s for journal %s, which posted %s to the balance', item.payout_id, item.amount, item.journal_id,
    coalesce(posting.amount, 0)) AS violation
  FROM payout_items item
  JOIN payouts payout ON payout.id = item.payout_id
  LEFT JOIN ledger_accounts account ON account.name = 'vendor:available'
    AND account.vendor_id = payout.vendor_id AND account.currency = payout.currency
  LEFT JOIN postings posting ON posting.journal_id = item.journal_id AND posting.account_id = account.id
  WHERE posting.amount IS DISTINCT FROM item.amount`;

const WRITE_OFFS_AGREE = /* sql */ `
  SELECT format('write-off %s says %s %s; the books have %s', coalesce(write_off.id, books.id), write_off.amount, write_off.currency,
    coalesce(books.amount, 0)) AS violation
  FROM write_offs write_off FULL JOIN (
    SELECT journal.source_id AS id, account.vendor_id, account.currency, -posting.amount AS amount
    FROM journals journal
    JOIN postings posting ON posting.journal_id = journal.id
    JOIN ledger_accounts account ON account.id = posting.account_id AND account.name = 'vendor:available'
    WHERE journal.kind = 'balance.written_off'
  ) AS books ON books.id = write_off.id
  WHERE (write_off.vendor_id, write_off.currency, write_off.amount)
    IS DISTINCT FROM (books.vendor_id, books.currency, books.amount)`;

/** That payouts, what they pay, and the books tell the same. */
@Injectable()
export class PayoutsIntegrity implements IntegrityCheck {
  readonly name = 'payouts';

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Counts payouts and write-offs. */
  async run(): Promise<{ checked: number; violations: string[] }> {
    const [counted] = await this.dataSource.query<{ checked: string }[]>(
      'SELECT (SELECT count(*) FROM payouts) + (SELECT count(*) FROM write_offs) AS checked',
    );
    const steps = await this.steps();
    const violations = [
      ...(await this.find(JOURNALS_AGREE)),
      ...(await this.find(IN_TRANSIT_AGREES)),
      ...(await this.find(ITEMS_SUM_TO_ZERO, [steps.map(([code]) => code), steps.map(([, step]) => step)])),
      ...(await this.find(ITEMS_ARE_POSTINGS)),
      ...(await this.find(WRITE_OFFS_AGREE)),
    ];
    return { checked: toSafeInteger(counted?.checked ?? 0), violations };
  }

  private async find(disagreements: string, parameters: unknown[] = []): Promise<string[]> {
    const found = await this.dataSource.query<{ violation: string }[]>(`${disagreements} LIMIT $1`, [
      MAX_VIOLATIONS,
      ...parameters,
    ]);
    return found.map(({ violation }) => violation);
  }

  /** Of the currencies that were ever paid out. */
  private async steps(): Promise<[string, number][]> {
    const used = await this.dataSource.query<{ currency: string }[]>('SELECT DISTINCT currency FROM payouts');
    return used.map(({ currency: code }) => [code, currency(code).step]);
  }
}
