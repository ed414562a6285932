import type { IntegrityCheck } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { examine } from './examination.js';
import { RefundCancelledBooking } from './handlers/refund-cancelled-booking.handler.js';

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
        sum(amount) FILTER (WHERE status <> 'canceled' AND retried_as IS NULL) AS committed
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

/** A payment that succeeded was shared out, once, between its own vendor and the platform; one that did not has no journal at all. */
const SHARED_OUT = /* sql */ `
  SELECT format('payment %s is %s and should be booked as %s; the books have %s', payment.id, payment.status,
    coalesce(due.lines, 'nothing'), coalesce(books.lines, 'nothing')) AS violation
  FROM payments payment
  JOIN bookings booking ON booking.id = payment.booking_id
  CROSS JOIN LATERAL (SELECT payment.captured * booking.commission_bps / 10000 AS commission) AS share
  CROSS JOIN LATERAL (
    SELECT string_agg(format('%s %s %s', name, amount, payment.currency), ', ' ORDER BY name) || ' of ' || payment.booking_id AS lines
    FROM (VALUES
      ('commission:deferred', -share.commission),
      ('gateway:balance', payment.captured),
      ('vendor:pending of ' || booking.vendor_id, share.commission - payment.captured)
    ) AS line (name, amount)
    WHERE amount <> 0
  ) AS due
  LEFT JOIN (
    SELECT source_id, string_agg(lines, '; ') AS lines FROM (
      SELECT journal.source_id, string_agg(format('%s %s %s', concat_ws(' of ', account.name, account.vendor_id), posting.amount,
        account.currency), ', ' ORDER BY account.name) || ' of ' || journal.booking_id AS lines
      FROM journals journal
      JOIN postings posting ON posting.journal_id = journal.id
      JOIN ledger_accounts account ON account.id = posting.account_id
      WHERE journal.source_type = 'payment'
        AND (journal.kind = 'payment.succeeded' OR journal.source_id IN (SELECT id FROM payments WHERE captured = 0))
      GROUP BY journal.id
    ) AS journal GROUP BY source_id
  ) AS books ON books.source_id = payment.id
  WHERE due.lines IS DISTINCT FROM books.lines OR (payment.status = 'succeeded') <> (payment.captured > 0)`;

/**
 * What the books still hold back for a booking: nothing once it is over, and until then what was captured less what refunds and
 * disputes took. A cancelled booking is over once the handler has been to it that gives back and releases what is left.
 */
const HELD_BACK = /* sql */ `
  SELECT format('booking %s is %s and should have %s pending and %s deferred; the books have %s and %s', booking.id, booking.status,
    due.pending, due.deferred, coalesce(books.pending, 0), coalesce(books.deferred, 0)) AS violation
  FROM bookings booking
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(captured), 0) AS captured, coalesce(sum(captured * booking.commission_bps / 10000), 0) AS commission
    FROM payments WHERE booking_id = booking.id
  ) AS paid
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount), 0) AS amount, coalesce(sum(commission), 0) AS commission
    FROM refunds WHERE booking_id = booking.id AND retried_as IS NULL AND status <> 'canceled'
  ) AS refunded
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(vendor_share), 0) AS vendor, coalesce(sum(commission_share) FILTER (WHERE status = 'lost'), 0) AS commission
    FROM disputes WHERE booking_id = booking.id AND status IN ('open', 'lost')
  ) AS disputed
  CROSS JOIN LATERAL (SELECT booking.status NOT IN ('pending', 'confirmed') AS over) AS life
  CROSS JOIN LATERAL (
    SELECT
      CASE WHEN over THEN 0
        ELSE paid.captured - paid.commission - (refunded.amount - refunded.commission) - disputed.vendor END AS pending,
      CASE WHEN over THEN 0 ELSE paid.commission - refunded.commission - disputed.commission END AS deferred
  ) AS due
  LEFT JOIN (
    SELECT journal.booking_id, -sum(posting.amount) FILTER (WHERE account.name = 'vendor:pending') AS pending,
      -sum(posting.amount) FILTER (WHERE account.name = 'commission:deferred') AS deferred
    FROM journals journal
    JOIN postings posting ON posting.journal_id = journal.id
    JOIN ledger_accounts account ON account.id = posting.account_id AND account.name IN ('vendor:pending', 'commission:deferred')
    GROUP BY journal.booking_id
  ) AS books ON books.booking_id = booking.id
  WHERE (due.pending, due.deferred) IS DISTINCT FROM (coalesce(books.pending, 0), coalesce(books.deferred, 0))
    AND NOT (over AND EXISTS (
      SELECT FROM outbox event
      WHERE event.aggregate_id = booking.id AND event.name = 'booking.cancelled' AND NOT EXISTS (
        SELECT FROM consumed_events WHERE event_id = event.event_id AND handler = '${RefundCancelledBooking.name}'
      )
    ))`;

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
    return examine(this.dataSource, 'payments', `${BOOKS_AGREE} UNION ALL ${SHARED_OUT}`);
  }
}

/** That the books hold back for each booking what is still to be earned by it, and nothing of those that are over. */
@Injectable()
export class HeldBackIntegrity implements IntegrityCheck {
  readonly name = 'held-back';

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Counts bookings. */
  run() {
    return examine(this.dataSource, 'bookings', HELD_BACK);
  }
}
