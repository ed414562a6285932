import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Payouts1763800000009 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      CREATE TABLE payout_runs (
        id uuid PRIMARY KEY,
        schedule text NOT NULL CONSTRAINT payout_runs_schedule_check CHECK (schedule IN ('weekly', 'monthly')),
        period text NOT NULL,
        vendor_id uuid CONSTRAINT payout_runs_vendor_fkey REFERENCES vendors,
        forced boolean NOT NULL,
        requested_by uuid,
        skipped jsonb,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        completed_at timestamptz,
        CONSTRAINT payout_runs_completed_check CHECK ((completed_at IS NULL) = (skipped IS NULL))
      );
      -- What nobody asked for is scheduled: once in a period, however many processes keep the schedule.
      CREATE UNIQUE INDEX payout_runs_scheduled_key ON payout_runs (period) WHERE requested_by IS NULL;
      CREATE INDEX payout_runs_vendor ON payout_runs (vendor_id);
      CREATE INDEX payout_runs_unfinished ON payout_runs (updated_at) WHERE completed_at IS NULL;

      CREATE TABLE payouts (
        id uuid PRIMARY KEY,
        vendor_id uuid NOT NULL CONSTRAINT payouts_vendor_fkey REFERENCES vendors,
        run_id uuid NOT NULL CONSTRAINT payouts_run_fkey REFERENCES payout_runs,
        currency char(3) NOT NULL,
        period text NOT NULL,
        amount bigint NOT NULL CONSTRAINT payouts_amount_check CHECK (amount > 0),
        status text NOT NULL CONSTRAINT payouts_status_check
          CHECK (status IN ('pending', 'in_transit', 'paid', 'failed', 'returned')),
        attempt integer NOT NULL DEFAULT 1,
        gateway text NOT NULL,
        account_id text NOT NULL,
        gateway_transfer_id text,
        reversed bigint NOT NULL DEFAULT 0,
        reversal_id uuid,
        reversal_reason text,
        reversal_requested_at timestamptz,
        failure_code text,
        failure_message text,
        failure_request_id text,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        paid_at timestamptz,
        CONSTRAINT payouts_period_key UNIQUE (vendor_id, currency, period),
        CONSTRAINT payouts_gateway_key UNIQUE (gateway, gateway_transfer_id),
        CONSTRAINT payouts_reversal_key UNIQUE (reversal_id),
        CONSTRAINT payouts_reversed_check CHECK (
          reversed BETWEEN 0 AND amount
          AND (status = 'returned') = (reversed = amount)
          AND (reversed = 0 OR status IN ('paid', 'returned'))
        ),
        CONSTRAINT payouts_paid_check CHECK (
          (status IN ('paid', 'returned')) = (paid_at IS NOT NULL)
          AND (paid_at IS NULL) = (gateway_transfer_id IS NULL)
        ),
        CONSTRAINT payouts_reversal_check
          CHECK (num_nulls(reversal_id, reversal_reason, reversal_requested_at) IN (0, 3))
      );
      CREATE INDEX payouts_vendor ON payouts (vendor_id, id);
      CREATE INDEX payouts_run ON payouts (run_id, id);
      CREATE INDEX payouts_status ON payouts (status, id);
      CREATE INDEX payouts_unfinished ON payouts (updated_at)
        WHERE status IN ('pending', 'in_transit') OR (status = 'paid' AND reversal_id IS NOT NULL);

      -- amount is that of the posting on the vendor's vendor:available account: debit positive, credit negative.
      CREATE TABLE payout_items (
        journal_id uuid PRIMARY KEY CONSTRAINT payout_items_journal_fkey REFERENCES journals,
        payout_id uuid NOT NULL CONSTRAINT payout_items_payout_fkey REFERENCES payouts,
        amount bigint NOT NULL CONSTRAINT payout_items_amount_check CHECK (amount <> 0)
      );
      CREATE INDEX payout_items_payout ON payout_items (payout_id, journal_id);

      CREATE TABLE write_offs (
        id uuid PRIMARY KEY,
        vendor_id uuid NOT NULL CONSTRAINT write_offs_vendor_fkey REFERENCES vendors,
        currency char(3) NOT NULL,
        amount bigint NOT NULL CONSTRAINT write_offs_amount_check CHECK (amount > 0),
        reason text NOT NULL,
        written_off_by uuid NOT NULL,
        created_at timestamptz NOT NULL
      );
      CREATE INDEX write_offs_vendor ON write_offs (vendor_id, id);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE write_offs, payout_items, payouts, payout_runs');
  }
}
