import type { IntegrityCheck } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { examine } from '../examination.js';

/**
 * Each refund is in the books as its status has it: promised once, by the first of those that were tried in each other's place;
 * out of flight when it arrived or was given up; through the gateway when it arrived; and borne by vendor and platform as its
 * commission says. What is pending, or failed and not tried again, is in flight.
 */
const BOOKS = /* sql */ `
  SELECT format('refund %s is %s and comes to %s; the books have %s', coalesce(refund.id, books.id),
    coalesce(refund.status, 'nowhere'), coalesce(refund.amounts, 'nothing'), coalesce(books.amounts, 'nothing')) AS violation
  FROM (
    SELECT refund.id, refund.status, refund.currency, format('%s in flight, %s sent, %s borne by the vendor, %s by the platform %s',
      (CASE WHEN promised THEN amount ELSE 0 END) - (CASE WHEN status IN ('succeeded', 'canceled') THEN amount ELSE 0 END),
      CASE status WHEN 'succeeded' THEN amount ELSE 0 END,
      (amount - commission) * borne, commission * borne, currency) AS amounts
    FROM refunds refund
    CROSS JOIN LATERAL (SELECT NOT EXISTS (SELECT FROM refunds WHERE retried_as = refund.id) AS promised) AS first
    CROSS JOIN LATERAL (
      SELECT (CASE WHEN promised THEN 1 ELSE 0 END) - (CASE status WHEN 'canceled' THEN 1 ELSE 0 END) AS borne
    ) AS share
  ) AS refund FULL JOIN (
    SELECT journal.source_id AS id, format('%s in flight, %s sent, %s borne by the vendor, %s by the platform %s',
      coalesce(-sum(posting.amount) FILTER (WHERE account.name = 'refunds:in_flight'), 0),
      coalesce(-sum(posting.amount) FILTER (WHERE account.name = 'gateway:balance'), 0),
      coalesce(sum(posting.amount) FILTER (WHERE account.name LIKE 'vendor:%'), 0),
      coalesce(sum(posting.amount) FILTER (WHERE account.name LIKE 'commission:%'), 0), account.currency) AS amounts
    FROM journals journal
    JOIN postings posting ON posting.journal_id = journal.id
    JOIN ledger_accounts account ON account.id = posting.account_id
    WHERE (journal.source_type = 'refund' OR account.name = 'refunds:in_flight') AND journal.kind <> 'refund.converted'
    GROUP BY journal.source_id, account.currency
  ) AS books ON books.id = refund.id
  -- A retry has no journal of its own before it is through.
  WHERE coalesce(refund.amounts, '') <> coalesce(books.amounts, format('0 in flight, 0 sent, 0 borne by the vendor, 0 by the platform %s', refund.currency))`;

/** What was tried in another's place is for the same money, and that other one had failed. */
const RETRIES = /* sql */ `
  SELECT format('refund %s is %s, of %s with %s of commission; what took its place, %s, is of %s with %s', failed.id, failed.status,
    failed.amount, failed.commission, retry.id, retry.amount, retry.commission)
  FROM refunds failed JOIN refunds retry ON retry.id = failed.retried_as
  WHERE failed.status <> 'failed' OR (failed.payment_id, failed.amount, failed.commission, failed.currency)
    IS DISTINCT FROM (retry.payment_id, retry.amount, retry.commission, retry.currency)`;

/** That refunds and the books tell the same of the money. */
@Injectable()
export class RefundsIntegrity implements IntegrityCheck {
  readonly name = 'refunds';

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Counts refunds. */
  run() {
    return examine(this.dataSource, 'refunds', `${BOOKS} UNION ALL ${RETRIES}`);
  }
}
