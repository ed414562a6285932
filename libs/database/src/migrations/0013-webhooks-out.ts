import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whom other programs are told, and what they were told. */
export class WebhooksOut1763800000013 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      -- vendor_id is null for the platform's own. failures, failing_since and paused_until tell of the time since the last success.
      CREATE TABLE webhook_endpoints (
        id uuid PRIMARY KEY,
        vendor_id uuid CONSTRAINT webhook_endpoints_vendor_fkey REFERENCES vendors,
        url text NOT NULL,
        description text,
        events text[] NOT NULL,
        secret text NOT NULL,
        previous_secret text,
        previous_secret_expires_at timestamptz,
        enabled boolean NOT NULL,
        disabled_reason text CONSTRAINT webhook_endpoints_reason_check CHECK (disabled_reason IN ('owner', 'gone', 'failing')),
        failures integer NOT NULL,
        failing_since timestamptz,
        paused_until timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT webhook_endpoints_enabled_check CHECK (enabled = (disabled_reason IS NULL)),
        CONSTRAINT webhook_endpoints_previous_check CHECK (num_nulls(previous_secret, previous_secret_expires_at) IN (0, 2)),
        CONSTRAINT webhook_endpoints_failing_check CHECK ((failures > 0) = (failing_since IS NOT NULL))
      );
      CREATE INDEX webhook_endpoints_vendor ON webhook_endpoints (vendor_id, id);
      CREATE INDEX webhook_endpoints_previous ON webhook_endpoints (previous_secret_expires_at) WHERE previous_secret IS NOT NULL;

      -- The event may have left the outbox, or be a test that never was in it: its content is kept here.
      CREATE TABLE webhook_deliveries (
        id uuid PRIMARY KEY,
        endpoint_id uuid NOT NULL
          CONSTRAINT webhook_deliveries_endpoint_fkey REFERENCES webhook_endpoints ON DELETE CASCADE,
        event_id uuid NOT NULL,
        event_name text NOT NULL,
        data jsonb NOT NULL,
        occurred_at timestamptz NOT NULL,
        status text NOT NULL
          CONSTRAINT webhook_deliveries_status_check CHECK (status IN ('pending', 'succeeded', 'failed')),
        attempts integer NOT NULL,
        log jsonb NOT NULL,
        next_attempt_at timestamptz,
        claimed_until timestamptz,
        created_at timestamptz NOT NULL,
        CONSTRAINT webhook_deliveries_event_key UNIQUE (endpoint_id, event_id),
        CONSTRAINT webhook_deliveries_pending_check
          CHECK ((status = 'pending') = (next_attempt_at IS NOT NULL) AND (claimed_until IS NULL OR status = 'pending'))
      );
      CREATE INDEX webhook_deliveries_endpoint ON webhook_deliveries (endpoint_id, id);
      CREATE INDEX webhook_deliveries_status ON webhook_deliveries (endpoint_id, status, id);
      CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (endpoint_id, next_attempt_at) WHERE status = 'pending';
      CREATE INDEX webhook_deliveries_claimed ON webhook_deliveries (endpoint_id) WHERE claimed_until IS NOT NULL;
      CREATE INDEX webhook_deliveries_created ON webhook_deliveries (created_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE webhook_deliveries, webhook_endpoints');
  }
}
