import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { toSafeInteger } from '@app/database';

export interface Period {
  readonly from: Date;
  readonly to: Date;
}

export interface MoneyFlow {
  readonly currency: string;
  readonly gross: number;
  readonly refunded: number;
  readonly commission: number;
  readonly payouts: number;
}

export interface Day {
  readonly date: string;
  readonly bookings: number;
  readonly gross: { amount: number; currency: string }[];
}

type Counted = { name: string; count: number };

/**
 * The marketplace in numbers. Money is read from the books, so it agrees with them: gross is what was captured, refunded what was
 * promised back, commission what the platform keeps of both, in minor units. Bookings count by when they were made, days are UTC.
 */
@Injectable()
export class Analytics {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Now, not in a period. */
  usersByRole(): Promise<Record<string, number>> {
    return this.count('SELECT role AS name, count(*)::int FROM users WHERE is_active GROUP BY role');
  }

  /** Now, not in a period. */
  vendorsByStatus(): Promise<Record<string, number>> {
    return this.count('SELECT status AS name, count(*)::int FROM vendors GROUP BY status');
  }

  bookingsByStatus({ from, to }: Period): Promise<Record<string, number>> {
    return this.count(
      'SELECT status AS name, count(*)::int FROM bookings WHERE created_at >= $1 AND created_at < $2 GROUP BY status',
      [from, to],
    );
  }

  async money({ from, to }: Period): Promise<MoneyFlow[]> {
    const rows = await this.dataSource.query<Record<keyof MoneyFlow, string>[]>(
      `SELECT account.currency,
         coalesce(sum(amount) FILTER (WHERE kind = 'payment.succeeded' AND name = 'gateway:balance'), 0) AS gross,
         coalesce(-sum(amount) FILTER (WHERE kind = 'refund.created' AND name = 'refunds:in_flight'), 0) AS refunded,
         coalesce(-sum(amount) FILTER (WHERE name IN ('commission:deferred', 'commission:revenue')), 0) AS commission,
         coalesce(-sum(amount) FILTER (WHERE kind IN ('payout.paid', 'payout.returned') AND name = 'gateway:balance'), 0) AS payouts
       FROM journals
       JOIN postings ON postings.journal_id = journals.id
       JOIN ledger_accounts account ON account.id = postings.account_id
       WHERE occurred_at >= $1 AND occurred_at < $2
       GROUP BY account.currency ORDER BY account.currency`,
      [from, to],
    );
    return rows.map(({ currency, ...amounts }) => ({
      currency,
      gross: toSafeInteger(amounts.gross),
      refunded: toSafeInteger(amounts.refunded),
      commission: toSafeInteger(amounts.commission),
      payouts: toSafeInteger(amounts.payouts),
    }));
  }

  /** Every day of the period, in UTC whatever the session's zone is, also those on which nothing happened. */
  async daily({ from, to }: Period): Promise<Day[]> {
    return this.dataSource.query<Day[]>(
      `SELECT to_char(day AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS date,
         (SELECT count(*)::int FROM bookings WHERE created_at >= day AND created_at < day + interval '24 hours') AS bookings,
         (SELECT coalesce(json_agg(json_build_object('amount', amount, 'currency', currency) ORDER BY currency), '[]') FROM (
            SELECT account.currency, sum(posting.amount)::bigint AS amount
            FROM journals journal
            JOIN postings posting ON posting.journal_id = journal.id
            JOIN ledger_accounts account ON account.id = posting.account_id
            WHERE journal.kind = 'payment.succeeded' AND account.name = 'gateway:balance'
              AND journal.occurred_at >= day AND journal.occurred_at < day + interval '24 hours'
            GROUP BY account.currency
         ) AS captured) AS gross
       FROM generate_series(date_trunc('day', $1::timestamptz, 'UTC'), $2::timestamptz - interval '1 microsecond', interval '24 hours') AS day
       ORDER BY day`,
      [from, to],
    );
  }

  private async count(statement: string, parameters: unknown[] = []): Promise<Record<string, number>> {
    const rows = await this.dataSource.query<Counted[]>(statement, parameters);
    return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
  }
}
