import type { IntegrityCheck } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { examine } from '../examination.js';

/** What a payment says a bank took of it is what its disputes took. */
const PAYMENTS = /* sql */ `
  SELECT format('payment %s says %s disputed; its disputes come to %s', payment.id, payment.disputed, coalesce(taken.amount, 0)) AS violation
  FROM payments payment LEFT JOIN (
    SELECT payment_id, sum(vendor_share + commission_share) AS amount FROM disputes
    WHERE status IN ('open', 'lost') GROUP BY payment_id
  ) AS taken ON taken.payment_id = payment.id
  WHERE payment.disputed <> coalesce(taken.amount, 0)`;

/** So it is with a booking; superseded payments are not its own. */
const BOOKINGS = /* sql */ `
  SELECT format('booking %s says %s disputed; the disputes of its payments come to %s', booking.id, booking.disputed,
    coalesce(taken.amount, 0))
  FROM bookings booking LEFT JOIN (
    SELECT payment.booking_id, sum(vendor_share + commission_share) AS amount
    FROM disputes dispute JOIN payments payment ON payment.id = dispute.payment_id
    WHERE dispute.status IN ('open', 'lost') AND NOT payment.superseded GROUP BY payment.booking_id
  ) AS taken ON taken.booking_id = booking.id
  WHERE booking.disputed <> coalesce(taken.amount, 0)`;

/** The books hold what an open dispute withdrew and froze, and nothing any more of one that is decided; each bore his share of a lost one. */
const BOOKS = /* sql */ `
  SELECT format('dispute %s is %s and comes to %s; the books have %s', coalesce(dispute.id, books.id), coalesce(status, 'nowhere'),
    coalesce(dispute.amounts, 'nothing'), coalesce(books.amounts, 'nothing'))
  FROM (
    SELECT id, status, format('%s withdrawn, %s receivable, %s held, %s of commission, %s lost', amount,
      CASE status WHEN 'open' THEN amount ELSE 0 END,
      CASE status WHEN 'open' THEN vendor_share ELSE 0 END,
      CASE status WHEN 'lost' THEN commission_share ELSE 0 END,
      CASE status WHEN 'lost' THEN amount - vendor_share - commission_share ELSE 0 END) AS amounts
    FROM disputes WHERE status IN ('open', 'won', 'lost')
  ) AS dispute FULL JOIN (
    SELECT journal.source_id AS id, format('%s withdrawn, %s receivable, %s held, %s of commission, %s lost',
      coalesce(sum(amount) FILTER (WHERE name = 'dispute:receivable' AND kind = 'dispute.withdrawn'), 0),
      coalesce(sum(amount) FILTER (WHERE name = 'dispute:receivable'), 0),
      coalesce(-sum(amount) FILTER (WHERE name = 'vendor:dispute_hold'), 0),
      coalesce(sum(amount) FILTER (WHERE name IN ('commission:deferred', 'commission:revenue')), 0),
      coalesce(sum(amount) FILTER (WHERE name = 'platform:losses'), 0)) AS amounts
    FROM journals journal
    JOIN postings posting ON posting.journal_id = journal.id
    JOIN ledger_accounts account ON account.id = posting.account_id
    WHERE kind <> 'dispute.converted'
      AND (source_type = 'dispute' OR name IN ('dispute:receivable', 'vendor:dispute_hold'))
    GROUP BY journal.source_id
  ) AS books ON books.id = dispute.id
  WHERE dispute.amounts IS DISTINCT FROM books.amounts`;

/** That disputes, the payments and bookings they took from, and the books tell the same. */
@Injectable()
export class DisputesIntegrity implements IntegrityCheck {
  readonly name = 'disputes';

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Counts disputes. */
  run() {
    return examine(this.dataSource, 'disputes', `${PAYMENTS} UNION ALL ${BOOKINGS} UNION ALL ${BOOKS}`);
  }
}
