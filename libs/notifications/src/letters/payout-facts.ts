import { toSafeInteger } from '@app/database';
import { money, type Money } from '@app/kernel';
import type { JournalKind } from '@app/ledger';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

/** A longer statement is cut; `GET /vendors/{id}/payout-items` has all of it. */
const MAX_LINES = 50;

/** From the vendor's side: what he earned is positive. */
export interface PaidFor {
  readonly kind: JournalKind;
  readonly reference: string | null;
  readonly occurredAt: Date;
  readonly amount: Money;
}

/** A payout and what it was for. The lines, what is left out and `carriedOver` add up to `amount`. */
export interface PayoutFacts {
  readonly vendorName: string;
  readonly amount: Money;
  /** `2027-W02`, `2027-01`, `adhoc-…`. */
  readonly period: string;
  readonly lines: readonly PaidFor[];
  /** What the statement has no room for. */
  readonly others: { readonly count: number; readonly amount: Money };
  /** Too small to be transferred: it stays for the next payout, and is not above zero. */
  readonly carriedOver: Money;
}

interface PayoutRow {
  vendorName: string;
  amount: string;
  currency: string;
  period: string;
  /** Of all items. */
  count: number;
  sum: string;
}

type LineRow = Omit<PaidFor, 'amount'> & { amount: string };

/** Its own journal, which closes the account for the payout, is no line of the statement. */
const LINES = `FROM payout_items item JOIN journals journal ON journal.id = item.journal_id
  WHERE item.payout_id = $1 AND NOT (journal.kind = 'payout.submitted' AND journal.source_id = item.payout_id)`;

@Injectable()
export class PayoutFactsReader {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async read(payoutId: string): Promise<PayoutFacts> {
    const [payout] = await this.dataSource.query<[PayoutRow]>(
      /* sql */ `
      SELECT v.business_name AS "vendorName", p.amount, p.currency, p.period, statement.count, statement.sum
      FROM payouts p
      JOIN vendors v ON v.id = p.vendor_id
      CROSS JOIN (SELECT count(*)::int AS count, coalesce(-sum(item.amount), 0) AS sum ${LINES}) statement
      WHERE p.id = $1`,
      [payoutId],
    );
    const lines = await this.dataSource.query<LineRow[]>(
      /* sql */ `
      SELECT line.*, b.reference FROM (
        SELECT journal.id, journal.kind, journal.booking_id, journal.occurred_at AS "occurredAt", -item.amount AS amount
        ${LINES} ORDER BY journal.id LIMIT $2
      ) line
      LEFT JOIN bookings b ON b.id = line.booking_id
      ORDER BY line.id`,
      [payoutId, MAX_LINES],
    );
    return toFacts(payout, lines);
  }
}

function toFacts({ currency, count, ...payout }: PayoutRow, rows: readonly LineRow[]): PayoutFacts {
  const of = (amount: number) => money(amount, currency);
  const [amount, sum] = [toSafeInteger(payout.amount), toSafeInteger(payout.sum)];
  const lines = rows.map((row) => ({ ...row, amount: of(toSafeInteger(row.amount)) }));
  const shown = lines.reduce((total, line) => total + line.amount.amount, 0);
  return {
    vendorName: payout.vendorName,
    period: payout.period,
    amount: of(amount),
    lines,
    others: { count: count - lines.length, amount: of(sum - shown) },
    carriedOver: of(amount - sum),
  };
}
