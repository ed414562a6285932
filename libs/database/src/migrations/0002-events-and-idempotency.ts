import type { MigrationInterface, QueryRunner } from 'typeorm';

export class EventsAndIdempotency1763800000002 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      -- An event is committed with the state it tells of. The sequence is drawn while the aggregate's row is locked,
      -- so it rises within an aggregate in the order of its commits (gaps mean nothing).
      CREATE TABLE outbox (
        event_id uuid PRIMARY KEY,
        sequence bigserial NOT NULL,
        name text NOT NULL,
        version smallint NOT NULL,
        aggregate_id uuid NOT NULL,
        payload jsonb NOT NULL,
        occurred_at timestamptz NOT NULL,
        relayed_at timestamptz
      );
      CREATE UNIQUE INDEX outbox_sequence ON outbox (sequence);
      CREATE INDEX outbox_aggregate ON outbox (aggregate_id, sequence);
      CREATE INDEX outbox_name ON outbox (name, sequence);
      CREATE INDEX outbox_unrelayed ON outbox (sequence) WHERE relayed_at IS NULL;

      -- Written in the transaction that holds a handler's effects: this is what makes them happen once.
      CREATE TABLE consumed_events (
        event_id uuid NOT NULL CONSTRAINT consumed_events_event_fkey REFERENCES outbox ON DELETE CASCADE,
        handler text NOT NULL,
        consumed_at timestamptz NOT NULL,
        PRIMARY KEY (event_id, handler)
      );

      -- Written in the transaction that holds a request's effect; status is null while that request has not been answered.
      CREATE TABLE idempotency_keys (
        actor_id uuid NOT NULL,
        key text NOT NULL,
        route text NOT NULL,
        body_hash text NOT NULL,
        resource_id uuid NOT NULL,
        status smallint,
        created_at timestamptz NOT NULL,
        CONSTRAINT idempotency_keys_pkey PRIMARY KEY (actor_id, key)
      );
      CREATE INDEX idempotency_keys_resource ON idempotency_keys (resource_id);
      CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE idempotency_keys, consumed_events, outbox');
  }
}
