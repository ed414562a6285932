import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Clock } from '@app/kernel';
import { DELIVER_EVENT, HANDLER_OF_KEY } from './event-delivery.js';
import { HandlerRegistry } from './handler-registry.js';
import { Jobs } from './jobs.js';
import { LANES, type Lane } from './lane.js';

export interface EventStatistics {
  /** Committed, and not yet queued for its handlers. */
  readonly unrelayed: { readonly count: number; readonly oldestAgeSeconds: number };
  /** One for each handler, zeros included. */
  readonly deliveries: readonly (Depth & { readonly handler: string })[];
  /** One for each lane, zeros included; deliveries are the jobs of a lane of that name. */
  readonly jobs: readonly (Depth & { readonly lane: Lane })[];
}

export interface Depth {
  /** Due, due later, or at work: whatever has attempts left. */
  readonly pending: number;
  /** Its attempts are used up; it waits for an admin. */
  readonly parked: number;
  /** For how long the one that is due and has waited longest has been due; 0 when nothing waits. */
  readonly lagSeconds: number;
}

const NOTHING: Depth = { pending: 0, parked: 0, lagSeconds: 0 };

interface JobGroup {
  task: string;
  handler: string | null;
  pending: string;
  parked: string;
  lag_seconds: number;
}

/** How far behind the events and jobs are: for metrics and health. It reads what is unfinished, never what is done. */
@Injectable()
export class EventStats {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly registry: HandlerRegistry,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  async read(): Promise<EventStatistics> {
    const [unrelayed, groups] = await Promise.all([this.readUnrelayed(), this.readJobs()]);
    return {
      unrelayed,
      deliveries: this.registry.names().map((handler) => ({
        handler,
        ...depthOf(groups.filter((group) => group.handler === handler)),
      })),
      jobs: LANES.map((lane) => ({
        lane,
        ...depthOf(groups.filter(({ task }) => this.jobs.laneOf(task) === lane)),
      })),
    };
  }

  private async readUnrelayed(): Promise<EventStatistics['unrelayed']> {
    const [row] = await this.dataSource.query<[{ count: string; oldest: Date | null }]>(
      `SELECT count(*), (SELECT occurred_at FROM outbox WHERE relayed_at IS NULL ORDER BY sequence LIMIT 1) AS oldest
       FROM outbox WHERE relayed_at IS NULL`,
    );
    const ageMs = row.oldest ? this.clock.now().getTime() - row.oldest.getTime() : 0;
    return { count: Number(row.count), oldestAgeSeconds: Math.max(0, ageMs / 1000) };
  }

  /** Jobs are due by the database's time. One on its last attempt is at work until it is unlocked. */
  private readJobs(): Promise<JobGroup[]> {
    return this.dataSource.query<JobGroup[]>(
      `SELECT task_identifier AS task, CASE WHEN task_identifier = $1 THEN ${HANDLER_OF_KEY} END AS handler,
              count(*) FILTER (WHERE NOT parked) AS pending, count(*) FILTER (WHERE parked) AS parked,
              coalesce(extract(epoch FROM clock_timestamp() - min(run_at) FILTER (WHERE due)), 0)::float AS lag_seconds
       FROM (SELECT task_identifier, key, run_at, attempts >= max_attempts AND locked_at IS NULL AS parked,
                    attempts < max_attempts AND locked_at IS NULL AND run_at <= clock_timestamp() AS due
             FROM graphile_worker.jobs WHERE task_identifier <> $1 OR key IS NOT NULL) AS jobs
       GROUP BY 1, 2`,
      [DELIVER_EVENT],
    );
  }
}

const depthOf = (groups: readonly JobGroup[]): Depth =>
  groups.reduce<Depth>(
    (sum, group) => ({
      pending: sum.pending + Number(group.pending),
      parked: sum.parked + Number(group.parked),
      lagSeconds: Math.max(sum.lagSeconds, group.lag_seconds),
    }),
    NOTHING,
  );
