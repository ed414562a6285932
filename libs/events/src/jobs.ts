import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { Tx } from '@app/database';
import { LANES, PRIORITY, type Lane } from './lane.js';
import { scheduledMethods } from './schedule.js';

export interface JobRequest {
  readonly name: string;
  readonly payload: object;
  /** A job with the key of a waiting one replaces it. */
  readonly key?: string;
  readonly delayMs?: number;
  /** Whether all others of its lane that are due go first. */
  readonly yields?: boolean;
}

/** What a class marked `@Job(name)` implements. It runs at least once for each enqueued job: a crash or an error runs it again, later and later. */
export interface JobHandler<Payload extends object> {
  run(payload: Payload): Promise<void>;
}

const JOB = DiscoveryService.createDecorator<{ name: string; lane: Lane }>();

/**
 * Names the background job that a provider carries out.
 * @param options.lane `work` unless it calls somebody who may be slow.
 */
export const Job = (name: string, { lane = 'work' }: { lane?: Lane } = {}): ClassDecorator =>
  JOB({ name, lane });

/** Enqueues jobs, in SQL: what `FROM` takes, of one row for each job. @param specs SQL for what `Jobs.specsOf` made. */
export const addJobs = (specs: string) => /* sql */ `
  graphile_worker.add_jobs(ARRAY(
    SELECT (identifier, payload, NULL, statement_timestamp() + delay + place * interval '1 microsecond', NULL, job_key,
            priority, NULL)::graphile_worker.job_spec
    FROM ROWS FROM (
      json_to_recordset(${specs}::json) AS (identifier text, payload json, job_key text, priority integer, delay interval)
    ) WITH ORDINALITY AS spec (identifier, payload, job_key, priority, delay, place)
  ))`;

/** Work that must happen after a commit and survive a crash, kept by graphile-worker in the same database. */
@Injectable()
export class Jobs {
  private lanes?: ReadonlyMap<string, Lane>;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /** Enqueues in the caller's transaction: the job exists if and only if it commits. */
  enqueue(
    name: string,
    payload: object,
    tx: Tx,
    options: Pick<JobRequest, 'key' | 'delayMs' | 'yields'> = {},
  ): Promise<void> {
    return this.enqueueAll([{ name, payload, ...options }], tx);
  }

  /**
   * Two statements however many jobs. They are due in their order, a microsecond apart, by the database's own time: it is work to be
   * done, not business time.
   */
  async enqueueAll(requests: readonly JobRequest[], tx: Tx): Promise<void> {
    if (requests.length === 0) return;
    await this.giveWay(
      requests.flatMap(({ key }) => key ?? []),
      tx,
    );
    await tx.query(`SELECT FROM ${addJobs('$1')}`, [this.specsOf(requests)]);
  }

  /** For a statement that enqueues by {@link addJobs} along with what else it does. Not for jobs with keys. As JSON. */
  specsOf(requests: readonly JobRequest[]): string {
    return JSON.stringify(
      requests.map(({ name, payload, key, delayMs = 0, yields = false }) => ({
        identifier: name,
        payload,
        job_key: key ?? null,
        priority: PRIORITY[this.laneOf(name)] + Number(yields),
        delay: `${delayMs} milliseconds`,
      })),
    );
  }

  /**
   * What replaces a job is another row. graphile-worker would change the one that waits; but should that be the caller's own, returned to
   * the queue while he was still at it (his worker was taken for dead), then his end, which is told by id, would end its successor too.
   * One that is at work is marked as graphile-worker would, but at the time by the clock: that of this transaction's beginning may lie
   * before the locking, and would not tell that the mark came after it.
   */
  private async giveWay(keys: readonly string[], tx: Tx): Promise<void> {
    if (keys.length === 0) return;
    await tx.query(
      `WITH present AS (SELECT id, locked_at FROM graphile_worker._private_jobs WHERE key = ANY ($1) FOR UPDATE),
            at_work AS (UPDATE graphile_worker._private_jobs job
                        SET key = NULL, attempts = max_attempts, updated_at = clock_timestamp()
                        FROM present WHERE job.id = present.id AND present.locked_at IS NOT NULL)
       DELETE FROM graphile_worker._private_jobs job USING present WHERE job.id = present.id AND present.locked_at IS NULL`,
      [keys],
    );
  }

  /** Of these keys those that a job has, be it waiting, running or parked. */
  async present(keys: readonly string[], tx: Tx): Promise<ReadonlySet<string>> {
    const jobs = await tx.query<{ key: string }[]>(
      'SELECT key FROM graphile_worker._private_jobs WHERE key = ANY ($1)',
      [keys],
    );
    return new Set(jobs.map(({ key }) => key));
  }

  /** Where a job, or a schedule, of that name runs: `work` if this version does not know it. */
  laneOf(name: string): Lane {
    this.lanes ??= new Map([
      ...LANES.flatMap((lane) => [...this.handlers(lane).keys()].map((job) => [job, lane] as const)),
      ...scheduledMethods(this.discovery, this.scanner).map(
        ({ options }) => [options.name, options.lane ?? 'work'] as const,
      ),
    ]);
    return this.lanes.get(name) ?? 'work';
  }

  /** The handlers of every `@Job` in the application, by name; of one lane only when it is given. */
  handlers(lane?: Lane): Map<string, JobHandler<object>> {
    const handlers = new Map<string, JobHandler<object>>();
    for (const wrapper of this.discovery.getProviders({ metadataKey: JOB.KEY })) {
      const job = this.discovery.getMetadataByDecorator(JOB, wrapper);
      if (job === undefined || (lane !== undefined && job.lane !== lane)) continue;
      if (handlers.has(job.name)) throw new Error(`two handlers for the job ${job.name}`);
      handlers.set(job.name, wrapper.instance as JobHandler<object>);
    }
    return handlers;
  }
}
