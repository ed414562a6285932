import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Banks that take money back, refunds that are tried again, and the gateway's news. */
export class DisputesAndGatewayEvents1763800000008 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      ALTER TABLE journals ADD COLUMN occurrence integer NOT NULL DEFAULT 1;
      ALTER TABLE journals DROP CONSTRAINT journals_source_key;
      ALTER TABLE journals ADD CONSTRAINT journals_source_key UNIQUE (kind, source_type, source_id, occurrence);

      -- For reading the books newest first, in a window, and by the record that a journal comes from.
      CREATE INDEX journals_occurred ON journals (occurred_at, id);
      CREATE INDEX journals_source ON journals (source_id);

      ALTER TABLE bookings ADD COLUMN disputed bigint NOT NULL DEFAULT 0;
      ALTER TABLE bookings DROP CONSTRAINT bookings_refunds_check;
      ALTER TABLE bookings ADD CONSTRAINT bookings_refunds_check
        CHECK (refunded >= 0 AND refunded <= refund_committed AND disputed >= 0 AND refund_committed + disputed <= paid);

      ALTER TABLE payments ADD COLUMN disputed bigint NOT NULL DEFAULT 0, ADD COLUMN failure_request_id text;
      ALTER TABLE payments DROP CONSTRAINT payments_refunded_check;
      ALTER TABLE payments ADD CONSTRAINT payments_refunded_check
        CHECK (refunded >= 0 AND disputed >= 0 AND refunded + disputed <= captured);

      ALTER TABLE refunds DROP COLUMN attempt, ADD COLUMN commission bigint, ADD COLUMN failure_request_id text,
        ADD COLUMN abandon_reason text, ADD COLUMN retried_as uuid CONSTRAINT refunds_retried_as_fkey REFERENCES refunds,
        ADD CONSTRAINT refunds_retried_as_key UNIQUE (retried_as);
      UPDATE refunds SET commission = coalesce((
        SELECT sum(posting.amount) FROM journals journal
        JOIN postings posting ON posting.journal_id = journal.id
        JOIN ledger_accounts account ON account.id = posting.account_id
        WHERE journal.kind = 'refund.created' AND journal.source_type = 'refund' AND journal.source_id = refunds.id
          AND account.name IN ('commission:deferred', 'commission:revenue')
      ), 0);
      ALTER TABLE refunds ALTER COLUMN commission SET NOT NULL;
      CREATE INDEX refunds_gateway ON refunds (gateway_refund_id);

      ALTER TABLE vendors ADD COLUMN payout_gateway text;
      UPDATE vendors SET payout_gateway = 'mock' WHERE payout_account_id IS NOT NULL;
      CREATE INDEX vendors_payout_account ON vendors (payout_account_id);

      CREATE TABLE disputes (
        id uuid PRIMARY KEY,
        payment_id uuid NOT NULL CONSTRAINT disputes_payment_fkey REFERENCES payments,
        booking_id uuid NOT NULL CONSTRAINT disputes_booking_fkey REFERENCES bookings,
        gateway text NOT NULL,
        gateway_dispute_id text NOT NULL,
        amount bigint NOT NULL CONSTRAINT disputes_amount_check CHECK (amount > 0),
        currency char(3) NOT NULL,
        reason text NOT NULL,
        status text NOT NULL CONSTRAINT disputes_status_check CHECK (status IN ('inquiry', 'open', 'won', 'lost', 'closed')),
        vendor_share bigint NOT NULL DEFAULT 0,
        commission_share bigint NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT disputes_gateway_key UNIQUE (gateway, gateway_dispute_id),
        CONSTRAINT disputes_shares_check
          CHECK (vendor_share >= 0 AND commission_share >= 0 AND vendor_share + commission_share <= amount)
      );
      CREATE INDEX disputes_payment ON disputes (payment_id);
      CREATE INDEX disputes_booking ON disputes (booking_id);
      CREATE INDEX disputes_status ON disputes (status, id);

      CREATE TABLE gateway_events (
        gateway text NOT NULL,
        event_id text NOT NULL,
        type text NOT NULL,
        received_at timestamptz NOT NULL,
        CONSTRAINT gateway_events_pkey PRIMARY KEY (gateway, event_id)
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      DROP TABLE gateway_events, disputes;
      DROP INDEX vendors_payout_account;
      ALTER TABLE vendors DROP COLUMN payout_gateway;
      ALTER TABLE refunds DROP COLUMN retried_as, DROP COLUMN abandon_reason, DROP COLUMN failure_request_id, DROP COLUMN commission,
        ADD COLUMN attempt integer NOT NULL DEFAULT 1;
      DROP INDEX refunds_gateway;
      ALTER TABLE payments DROP CONSTRAINT payments_refunded_check, DROP COLUMN disputed, DROP COLUMN failure_request_id;
      ALTER TABLE payments ADD CONSTRAINT payments_refunded_check CHECK (refunded >= 0 AND refunded <= captured);
      ALTER TABLE bookings DROP CONSTRAINT bookings_refunds_check, DROP COLUMN disputed;
      ALTER TABLE bookings ADD CONSTRAINT bookings_refunds_check
        CHECK (refunded >= 0 AND refunded <= refund_committed AND refund_committed <= paid);
      DROP INDEX journals_source, journals_occurred;
      ALTER TABLE journals DROP CONSTRAINT journals_source_key;
      ALTER TABLE journals ADD CONSTRAINT journals_source_key UNIQUE (kind, source_type, source_id);
      ALTER TABLE journals DROP COLUMN occurrence;
    `);
  }
}
