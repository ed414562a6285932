import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SkippedAndParkedDeliveries1763800000015 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      -- An admin may give a delivery up: the handler never saw the event, and the aggregate goes on without.
      ALTER TABLE consumed_events
        ADD COLUMN skipped_by uuid,
        ADD COLUMN skip_reason text,
        ADD CONSTRAINT consumed_events_skip CHECK ((skipped_by IS NULL) = (skip_reason IS NULL));

      -- graphile-worker keeps jobs whose attempts are used up in its table and looks for them nowhere; admins do.
      CREATE INDEX travellr_parked_jobs ON graphile_worker._private_jobs (id) WHERE attempts >= max_attempts;
      -- Every worker asks every second who has jobs, to free those of the dead: a few hundred, however many wait.
      CREATE INDEX travellr_locked_jobs ON graphile_worker._private_jobs (locked_by) WHERE locked_by IS NOT NULL;

      -- What a delivery does first, in one round trip and, being a function, with its plans kept: planned afresh each time, as
      -- statements without a name are, it takes three times as long. Sequential scans are off because plans made while the queue is
      -- empty are used while it is full.
      -- held: this handler still owes an earlier event of the same aggregate. (One with neither job nor note was relayed before the
      -- handler existed: it was never his.) taken: the event is noted as consumed, which commits with the handler's effects. Whoever
      -- notes it second waits for the first to end, and takes nothing if that was by a commit.
      CREATE FUNCTION take_event(
        event uuid, for_handler text, of_names text[], at timestamptz,
        OUT name text, OUT payload jsonb, OUT sequence bigint, OUT occurred_at timestamptz, OUT held boolean, OUT taken boolean
      ) LANGUAGE plpgsql SET enable_seqscan TO off AS $$
      DECLARE
        aggregate uuid;
      BEGIN
        SELECT o.name, o.payload, o.sequence, o.occurred_at, o.aggregate_id
        INTO take_event.name, take_event.payload, take_event.sequence, take_event.occurred_at, aggregate
        FROM outbox o WHERE o.event_id = event;
        held := EXISTS (
          SELECT FROM outbox earlier
          WHERE earlier.aggregate_id = aggregate AND earlier.sequence < take_event.sequence AND earlier.name = ANY (of_names)
            AND NOT EXISTS (SELECT FROM consumed_events c WHERE c.event_id = earlier.event_id AND c.handler = for_handler)
            AND (earlier.relayed_at IS NULL
                 OR EXISTS (SELECT FROM graphile_worker._private_jobs j WHERE j.key = earlier.event_id || ':' || for_handler)));
        taken := false;
        IF NOT held AND aggregate IS NOT NULL THEN
          INSERT INTO consumed_events (event_id, handler, consumed_at) VALUES (event, for_handler, at) ON CONFLICT DO NOTHING;
          taken := FOUND;
        END IF;
      END $$;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      DROP FUNCTION take_event;
      DROP INDEX graphile_worker.travellr_parked_jobs, graphile_worker.travellr_locked_jobs;
      ALTER TABLE consumed_events DROP COLUMN skipped_by, DROP COLUMN skip_reason;
    `);
  }
}
