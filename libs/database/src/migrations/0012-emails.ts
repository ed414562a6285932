import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Emails1763800000012 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      CREATE TABLE emails (
        id uuid PRIMARY KEY,
        kind text NOT NULL,
        source_id uuid NOT NULL,
        about_id uuid NOT NULL,
        user_id uuid NOT NULL CONSTRAINT emails_user_fkey REFERENCES users,
        facts jsonb NOT NULL,
        message_id text NOT NULL,
        copy integer NOT NULL DEFAULT 1,
        status text NOT NULL CONSTRAINT emails_status_check CHECK (status IN ('queued', 'sent', 'failed', 'dropped')),
        address text,
        attempts integer NOT NULL DEFAULT 0,
        last_error text,
        claimed_until timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        sent_at timestamptz,
        -- Whoever queues it a second time queues nothing.
        CONSTRAINT emails_once_key UNIQUE (kind, source_id, user_id),
        CONSTRAINT emails_message_key UNIQUE (message_id)
      );
      CREATE INDEX emails_user ON emails (user_id, id);
      CREATE INDEX emails_about ON emails (about_id, id);
      CREATE INDEX emails_status ON emails (status, id);
      CREATE INDEX emails_kind ON emails (kind, id);
      CREATE INDEX emails_settled ON emails (updated_at) WHERE status <> 'queued';

      -- For reminders of what is about to begin.
      CREATE INDEX bookings_starting ON bookings (starts_at) WHERE status = 'confirmed';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX bookings_starting; DROP TABLE emails');
  }
}
