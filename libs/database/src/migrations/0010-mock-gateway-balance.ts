import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The mock gateway's balance and what moves it: refunds that take their time, disputes, transfers. And how its world behaves. */
export class MockGatewayBalance1763800000010 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      ALTER TABLE mock_gateway_refunds DROP CONSTRAINT mock_gateway_refunds_status_check;
      ALTER TABLE mock_gateway_refunds
        ADD CONSTRAINT mock_gateway_refunds_status_check CHECK (status IN ('pending', 'succeeded', 'failed')),
        ADD COLUMN refund_id text,
        ADD COLUMN failure jsonb;

      CREATE TABLE mock_gateway_disputes (
        id text CONSTRAINT mock_gateway_disputes_pkey PRIMARY KEY,
        payment_id text NOT NULL CONSTRAINT mock_gateway_disputes_payment_fkey REFERENCES mock_gateway_payments,
        amount bigint NOT NULL,
        currency char(3) NOT NULL,
        fee bigint NOT NULL,
        reason text NOT NULL,
        status text NOT NULL CONSTRAINT mock_gateway_disputes_status_check CHECK (status IN ('open', 'won', 'lost')),
        created_at timestamptz NOT NULL
      );
      CREATE INDEX mock_gateway_disputes_payment ON mock_gateway_disputes (payment_id);

      CREATE TABLE mock_gateway_transfers (
        id text CONSTRAINT mock_gateway_transfers_pkey PRIMARY KEY,
        account_id text NOT NULL CONSTRAINT mock_gateway_transfers_account_fkey REFERENCES mock_gateway_accounts,
        transfer_group text NOT NULL CONSTRAINT mock_gateway_transfers_group_key UNIQUE,
        amount bigint NOT NULL,
        currency char(3) NOT NULL,
        reversed bigint NOT NULL,
        metadata jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT mock_gateway_transfers_amount_check CHECK (amount > 0),
        CONSTRAINT mock_gateway_transfers_reversed_check CHECK (reversed >= 0 AND reversed <= amount)
      );
      CREATE INDEX mock_gateway_transfers_account ON mock_gateway_transfers (account_id);

      -- The balance is the sum of net; what may be transferred, the sum of what is available by then.
      CREATE TABLE mock_gateway_balance_transactions (
        id text CONSTRAINT mock_gateway_balance_transactions_pkey PRIMARY KEY,
        type text NOT NULL CONSTRAINT mock_gateway_balance_transactions_type_check CHECK (type IN (
          'payment', 'refund', 'refund_failure', 'transfer', 'transfer_reversal', 'dispute', 'dispute_reversal'
        )),
        gateway_id text NOT NULL,
        net bigint NOT NULL,
        currency char(3) NOT NULL,
        created_at timestamptz NOT NULL,
        available_at timestamptz NOT NULL
      );
      CREATE INDEX mock_gateway_balance_transactions_created ON mock_gateway_balance_transactions (created_at, id);

      -- One row, or none while everything is as usual.
      CREATE TABLE mock_gateway_knobs (
        id smallint CONSTRAINT mock_gateway_knobs_pkey PRIMARY KEY CONSTRAINT mock_gateway_knobs_one_check CHECK (id = 1),
        duplicate boolean NOT NULL,
        reorder boolean NOT NULL,
        delay_ms integer NOT NULL,
        drop boolean NOT NULL,
        funds_delay_ms bigint NOT NULL
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      DROP TABLE mock_gateway_knobs, mock_gateway_balance_transactions, mock_gateway_transfers, mock_gateway_disputes;
      DELETE FROM mock_gateway_refunds WHERE status = 'pending';
      ALTER TABLE mock_gateway_refunds DROP CONSTRAINT mock_gateway_refunds_status_check;
      ALTER TABLE mock_gateway_refunds
        ADD CONSTRAINT mock_gateway_refunds_status_check CHECK (status IN ('succeeded', 'failed')),
        DROP COLUMN refund_id, DROP COLUMN failure;
    `);
  }
}
