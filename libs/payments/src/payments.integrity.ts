import { toSafeInteger } from '@app/database';
import type { IntegrityCheck } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

/** Violations named by one run; more would say nothing new. */
const MAX_VIOLATIONS = 100;

/** What a booking says was paid and refunded is what its payments and refunds come to; superseded payments are not its own. */
const BOOKINGS_AGREE = /* sql */ `
  SELECT format('booking %s says %s paid, %s refunded, %s committed; its payments come to %s, %s and %s', booking.id,
    booking.paid, booking.refunded, booking.refund_committed, money.captured, money.refunded, money.committed) AS violation
  FROM bookings booking
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(payment.captured), 0) AS captured, coalesce(sum(back.refunded), 0) AS refunded,
      coalesce(sum(back.committed), 0) AS committed
    FROM payments payment
    CROSS JOIN LATERAL (
      SELECT sum(amount) FILTER (WHERE status = 'succeeded') AS refunded,
        sum(amount) FILTER (WHERE status <> 'canceled') AS committed
      FROM refunds WHERE payment_id = payment.id
    ) AS back
    WHERE payment.booking_id = booking.id AND NOT payment.superseded
  ) AS money
  WHERE (booking.paid, booking.refunded, booking.refund_committed)
    IS DISTINCT FROM (money.captured, money.refunded, money.committed)`;

/** What a payment captured and gave back is what the books say went through the gateway for it. */
const BOOKS_AGREE = /* sql */ `
  SELECT format('payment %s says %s captured and %s refunded; the books have %s and %s', coalesce(payment.id, books.payment_id),
    payment.captured, payment.refunded, coalesce(books.captured, 0), coalesce(books.refunded, 0)) AS violation
  FROM payments payment FULL JOIN (
    SELECT coalesce(refund.payment_id, journal.source_id) AS payment_id,
      coalesce(sum(posting.amount) FILTER (WHERE journal.source_type = 'payment'), 0) AS captured,
      coalesce(-sum(posting.amount) FILTER (WHERE journal.source_type = 'refund'), 0) AS refunded
    FROM journals journal
    JOIN postings posting ON posting.journal_id = journal.id
    JOIN ledger_accounts account ON account.id = posting.account_id AND account.name = 'gateway:balance'
    LEFT JOIN refunds refund ON journal.source_type = 'refund' AND refund.id = journal.source_id
    WHERE journal.kind IN ('payment.succeeded', 'refund.settled', 'refund.failed_later')
    GROUP BY 1
  ) AS books ON books.payment_id = payment.id
  WHERE payment.id IS NULL
    OR (payment.captured, payment.refunded) IS DISTINCT FROM (coalesce(books.captured, 0), coalesce(books.refunded, 0))`;

/** That bookings and payments tell the same of the money. */
@Injectable()
export class PaidIntegrity implements IntegrityCheck {
  readonly name = 'booking-payments';

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Counts bookings. */
  run() {
    return examine(this.dataSource, 'bookings', BOOKINGS_AGREE);
  }
}

/** That payments and the books tell the same of the money. */
@Injectable()
export class GatewayPostingsIntegrity implements IntegrityCheck {
  readonly name = 'gateway-postings';

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Counts payments. */
  run() {
    return examine(this.dataSource, 'payments', BOOKS_AGREE);
  }
}

async function examine(dataSource: DataSource, table: 'bookings' | 'payments', disagreements: string) {
  const counted = await dataSource.query<{ checked: string }[]>(`SELECT count(*) AS checked FROM ${table}`);
  const found = await dataSource.query<{ violation: string }[]>(`${disagreements} LIMIT $1`, [
    MAX_VIOLATIONS,
  ]);
  return {
    checked: toSafeInteger(counted[0]?.checked ?? 0),
    violations: found.map(({ violation }) => violation),
  };
}
