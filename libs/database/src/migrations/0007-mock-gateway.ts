import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The state of the mock gateway, which stands for a remote system: nothing of ours refers to these tables, nor they to ours. */
export class MockGateway1763800000007 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      CREATE TABLE mock_gateway_payments (
        id text CONSTRAINT mock_gateway_payments_pkey PRIMARY KEY,
        amount bigint NOT NULL,
        currency char(3) NOT NULL,
        payment_method text NOT NULL,
        status text NOT NULL CONSTRAINT mock_gateway_payments_status_check
          CHECK (status IN ('created', 'requires_action', 'succeeded', 'declined', 'canceled')),
        client_secret text NOT NULL,
        refunded bigint NOT NULL DEFAULT 0,
        failure jsonb,
        metadata jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT mock_gateway_payments_refunded_check CHECK (refunded >= 0 AND refunded <= amount)
      );

      CREATE TABLE mock_gateway_refunds (
        id text CONSTRAINT mock_gateway_refunds_pkey PRIMARY KEY,
        payment_id text NOT NULL CONSTRAINT mock_gateway_refunds_payment_fkey REFERENCES mock_gateway_payments,
        amount bigint NOT NULL,
        status text NOT NULL CONSTRAINT mock_gateway_refunds_status_check CHECK (status IN ('succeeded', 'failed')),
        created_at timestamptz NOT NULL
      );
      CREATE INDEX mock_gateway_refunds_payment ON mock_gateway_refunds (payment_id);

      CREATE TABLE mock_gateway_accounts (
        id text CONSTRAINT mock_gateway_accounts_pkey PRIMARY KEY,
        vendor_id uuid NOT NULL,
        payouts_enabled boolean NOT NULL,
        created_at timestamptz NOT NULL
      );

      -- The answer is null only while the call that claimed the key is being carried out.
      CREATE TABLE mock_gateway_keys (
        key text CONSTRAINT mock_gateway_keys_pkey PRIMARY KEY,
        parameters text NOT NULL,
        answer jsonb,
        created_at timestamptz NOT NULL
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'DROP TABLE mock_gateway_refunds, mock_gateway_payments, mock_gateway_accounts, mock_gateway_keys',
    );
  }
}
