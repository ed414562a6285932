import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PaymentsAndRefunds1763800000006 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      CREATE TABLE payments (
        id uuid PRIMARY KEY,
        booking_id uuid NOT NULL CONSTRAINT payments_booking_fkey REFERENCES bookings,
        user_id uuid NOT NULL CONSTRAINT payments_user_fkey REFERENCES users,
        vendor_id uuid NOT NULL CONSTRAINT payments_vendor_fkey REFERENCES vendors,
        attempt integer NOT NULL,
        amount bigint NOT NULL CONSTRAINT payments_amount_check CHECK (amount > 0),
        currency char(3) NOT NULL,
        status text NOT NULL CONSTRAINT payments_status_check
          CHECK (status IN ('pending', 'requires_action', 'processing', 'succeeded', 'failed', 'canceled', 'unknown')),
        superseded boolean NOT NULL DEFAULT false,
        gateway text NOT NULL,
        gateway_payment_id text,
        intent_closed boolean NOT NULL DEFAULT false,
        payment_method text NOT NULL,
        captured bigint NOT NULL DEFAULT 0,
        refunded bigint NOT NULL DEFAULT 0,
        failure_code text,
        failure_decline_code text,
        failure_message text,
        failure_retryable boolean,
        next_action jsonb,
        client_secret text,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT payments_attempt_key UNIQUE (booking_id, attempt),
        CONSTRAINT payments_gateway_key UNIQUE (gateway, gateway_payment_id),
        CONSTRAINT payments_refunded_check CHECK (refunded >= 0 AND refunded <= captured)
      );
      -- One attempt at a time, one charge kept.
      CREATE UNIQUE INDEX payments_one_live ON payments (booking_id)
        WHERE status IN ('pending', 'requires_action', 'processing', 'succeeded', 'unknown') AND NOT superseded;
      CREATE INDEX payments_unfinished ON payments (updated_at)
        WHERE status IN ('pending', 'requires_action', 'processing', 'unknown');
      CREATE INDEX payments_user ON payments (user_id, id);
      CREATE INDEX payments_vendor ON payments (vendor_id, id);
      CREATE INDEX payments_status ON payments (status, id);

      CREATE TABLE refunds (
        id uuid PRIMARY KEY,
        payment_id uuid NOT NULL CONSTRAINT refunds_payment_fkey REFERENCES payments,
        booking_id uuid NOT NULL CONSTRAINT refunds_booking_fkey REFERENCES bookings,
        sequence integer NOT NULL,
        amount bigint NOT NULL CONSTRAINT refunds_amount_check CHECK (amount > 0),
        currency char(3) NOT NULL,
        reason text NOT NULL,
        status text NOT NULL CONSTRAINT refunds_status_check CHECK (status IN ('pending', 'succeeded', 'failed', 'canceled')),
        attempt integer NOT NULL DEFAULT 1,
        gateway_refund_id text,
        failure_code text,
        failure_message text,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT refunds_sequence_key UNIQUE (payment_id, sequence)
      );
      CREATE INDEX refunds_booking ON refunds (booking_id);
      CREATE INDEX refunds_unfinished ON refunds (updated_at) WHERE status = 'pending';
      CREATE INDEX refunds_status ON refunds (status, id);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE refunds, payments');
  }
}
