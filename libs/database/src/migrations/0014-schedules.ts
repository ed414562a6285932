import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The last run of each schedule, and what the schedules look for. */
export class Schedules1763800000014 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      CREATE TABLE schedule_runs (
        name text PRIMARY KEY,
        requested_by uuid,
        started_at timestamptz NOT NULL,
        finished_at timestamptz,
        report jsonb,
        error text,
        CONSTRAINT schedule_runs_finished_check CHECK (num_nonnulls(report, error) = num_nonnulls(finished_at))
      );

      -- What archive-bookings looks for: the live set stays as small as a year is.
      CREATE INDEX bookings_archivable ON bookings ((coalesce(completed_at, cancelled_at, created_at)))
        WHERE archived_at IS NULL AND status IN ('completed', 'cancelled', 'expired');
      -- Lists that leave the archive out do not read past it, be it ever so long.
      CREATE INDEX bookings_vendor_live ON bookings (vendor_id, id) WHERE archived_at IS NULL;
      CREATE INDEX bookings_status_live ON bookings (status, id) WHERE archived_at IS NULL;
      DROP INDEX bookings_status;

      CREATE INDEX outbox_relayed ON outbox (relayed_at) WHERE relayed_at IS NOT NULL;
      CREATE INDEX gateway_events_received ON gateway_events (received_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      DROP INDEX gateway_events_received, outbox_relayed, bookings_status_live, bookings_vendor_live, bookings_archivable;
      CREATE INDEX bookings_status ON bookings (status, id);
      DROP TABLE schedule_runs;
    `);
  }
}
