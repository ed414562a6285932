import { Injectable, Logger } from '@nestjs/common';
import type { JobHelpers, Task, TaskList } from 'graphile-worker';
import { backoffMs } from './backoff.js';
import { JobRuns } from './job-runs.js';
import { Jobs, type JobHandler } from './jobs.js';
import type { Lane } from './lane.js';

/** `@Job` handlers, and schedules, as graphile-worker runs them. */
@Injectable()
export class JobTasks {
  private readonly logger = new Logger(JobTasks.name);

  constructor(
    private readonly jobs: Jobs,
    private readonly runs: JobRuns,
  ) {}

  /** Of one lane only when it is given. */
  list(lane?: Lane): TaskList {
    return Object.fromEntries(
      [...this.jobs.handlers(lane)].map(([name, handler]) => [name, this.toTask(name, handler)]),
    );
  }

  toTask(name: string, handler: JobHandler<object>): Task {
    const lane = this.jobs.laneOf(name);
    return async (payload, helpers) => {
      const startedAt = performance.now();
      const ended = (outcome: 'done' | 'failed' | 'parked') =>
        this.runs.ended.next({ name, lane, outcome, durationMs: performance.now() - startedAt });
      try {
        await handler.run(payload as object);
      } catch (error) {
        const isReplaced = await spread(helpers);
        const isLast = helpers.job.attempts >= helpers.job.max_attempts;
        ended(isLast && !isReplaced ? 'parked' : 'failed');
        if (!isReplaced) throw error;
        this.logger.error(
          { err: error },
          `${name} failed, and will be tried again by the job that replaced it`,
        );
        return;
      }
      ended('done');
    };
  }
}

/**
 * Makes the next attempt due after {@link backoffMs}. graphile-worker is about to move `run_at` by e^attempts seconds from now or from
 * `run_at`, whichever is later, and has no jitter of its own: so what backoffMs adds to that is put into `run_at` before. Should this
 * not succeed, the job comes back a little earlier. `updated_at`, which it leaves alone, becomes the time of this attempt, or stays that of
 * its replacement.
 * @returns whether another job took this one's key meanwhile. graphile-worker then used its attempts up; failed, it would look parked.
 */
async function spread({ job, query }: JobHelpers): Promise<boolean> {
  const itsOwnMs = Math.exp(Math.min(job.attempts, 10)) * 1000;
  const { rows } = await query<{ key: string | null }>(
    `UPDATE graphile_worker._private_jobs SET run_at = clock_timestamp() + $2 * interval '1 millisecond', updated_at = greatest(updated_at, locked_at)
     WHERE id = $1 AND locked_by = $3 RETURNING key`,
    [job.id, backoffMs(job.attempts) - itsOwnMs, job.locked_by],
  ).catch(() => ({ rows: [] }));
  return job.key !== null && rows[0]?.key === null;
}
