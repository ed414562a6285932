import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whoever looks for a rare kind of job finds it, or that there is none, without walking past all that waits of other kinds (ADR 20). */
export class JobsOfATask1763800000021 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'CREATE INDEX travellr_jobs_of_task ON graphile_worker._private_jobs (task_id, priority, run_at) WHERE is_available',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX graphile_worker.travellr_jobs_of_task');
  }
}
