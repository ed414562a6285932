import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { DELIVER_EVENT } from './event-delivery.js';

export interface ParkedJob {
  /** Rises, and is the keyset of the next page. */
  readonly id: string;
  readonly name: string;
  readonly payload: object;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly queuedAt: Date;
  readonly parkedAt: Date;
}

const PARKED = `attempts >= max_attempts AND locked_at IS NULL
  AND task_id <> coalesce((SELECT id FROM graphile_worker._private_tasks WHERE identifier = '${DELIVER_EVENT}'), -1)`;

/** Jobs whose attempts are used up, but for deliveries of events, which have a place of their own. */
@Injectable()
export class ParkedJobs {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Newest first. */
  find({ before, limit }: { before?: string; limit: number }): Promise<ParkedJob[]> {
    return this.dataSource.query<ParkedJob[]>(
      `SELECT job.id, task.identifier AS name, job.payload, job.attempts, job.last_error AS "lastError",
              job.created_at AS "queuedAt", job.updated_at AS "parkedAt"
       FROM graphile_worker._private_jobs job JOIN graphile_worker._private_tasks task ON task.id = job.task_id
       WHERE ${PARKED} AND ($1::bigint IS NULL OR job.id < $1)
       ORDER BY job.id DESC LIMIT $2`,
      [before ?? null, limit],
    );
  }

  /** Makes it due now, with all its attempts before it again. @returns false when no such job is parked. */
  retry(id: string): Promise<boolean> {
    return this.settle(
      `SELECT FROM graphile_worker.reschedule_jobs(ARRAY(%), run_at := clock_timestamp(), attempts := 0)`,
      id,
    );
  }

  /** Gives it up. @returns false when no such job is parked. */
  discard(id: string): Promise<boolean> {
    return this.settle(`SELECT FROM graphile_worker.complete_jobs(ARRAY(%))`, id);
  }

  private async settle(statement: string, id: string): Promise<boolean> {
    const parked = `SELECT id FROM graphile_worker._private_jobs WHERE id = $1 AND ${PARKED}`;
    const rows = await this.dataSource.query<unknown[]>(statement.replace('%', parked), [id]);
    return rows.length > 0;
  }
}
