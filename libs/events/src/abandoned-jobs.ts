import type { ClientBase } from 'pg';
import { backoffMs } from './backoff.js';
import { DELIVER_EVENT } from './event-delivery.js';

interface LockedJob {
  id: string;
  attempts: number;
  /** Whether it may have been at work. */
  begun: boolean;
}

/**
 * Returns to the queue what workers that are gone have locked. What may have been at work has used up an attempt, and comes back as late as
 * after any that failed: it may be what killed its worker, and shall neither do so again at once nor for ever, nor in the same company.
 * Deliveries are fetched by the hundred and worked off in the order of their ids (see `letQueueKeepOrder`): those behind the first few had not
 * begun, and come back at once, with the attempt that being fetched has cost them. Should the killer be among these, then he is nearer to the
 * head of the line the next time.
 * @param deliveriesAtWork how many deliveries a worker works on at a time.
 */
export async function returnAbandonedJobs(
  client: ClientBase,
  owners: readonly string[],
  deliveriesAtWork: number,
): Promise<void> {
  await removeReplaced(client, owners);
  const { rows: jobs } = await client.query<LockedJob>(
    `SELECT job.id, job.attempts,
            task.identifier <> $2 OR row_number() OVER (PARTITION BY job.locked_by, job.task_id ORDER BY job.locked_at, job.id) <= $3 AS begun
     FROM graphile_worker._private_jobs job JOIN graphile_worker._private_tasks task ON task.id = job.task_id
     WHERE job.locked_by = ANY ($1)`,
    [owners, DELIVER_EVENT, deliveriesAtWork],
  );
  await client.query(
    `UPDATE graphile_worker._private_jobs job
     SET locked_by = NULL, locked_at = NULL, attempts = greatest(0, job.attempts - CASE WHEN begun THEN 0 ELSE 1 END),
         run_at = CASE WHEN begun THEN greatest(run_at, clock_timestamp() + delay_ms * interval '1 millisecond') ELSE run_at END
     FROM unnest($2::bigint[], $3::boolean[], $4::int[]) AS locked (id, begun, delay_ms)
     WHERE job.id = locked.id AND job.locked_by = ANY ($1)`,
    [
      owners,
      jobs.map(({ id }) => id),
      jobs.map(({ begun }) => begun),
      jobs.map(({ attempts }) => backoffMs(attempts)),
    ],
  );
  // And the queues of schedules.
  await client.query('SELECT graphile_worker.force_unlock_workers($1)', [owners]);
}

/**
 * A job that was replaced while it was at work lives on in another. graphile-worker took the key from it and used its attempts up, and
 * nobody else ends it now: unlocked, it would look parked. Nothing else changes a job between its locking and its end, and `Jobs` marks it by
 * the clock. Those with a queue are schedules, which graphile-worker replaces at the time by which its transaction began; they never lack
 * a key of their own.
 */
async function removeReplaced(client: ClientBase, owners: readonly string[]): Promise<void> {
  await client.query(
    `DELETE FROM graphile_worker._private_jobs
     WHERE locked_by = ANY ($1) AND key IS NULL AND attempts >= max_attempts
       AND (updated_at > locked_at OR job_queue_id IS NOT NULL)`,
    [owners],
  );
}
