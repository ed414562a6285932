import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Tx } from '@app/database';

export interface JobRequest {
  readonly name: string;
  readonly payload: object;
  /** A job with the key of a waiting one replaces it. */
  readonly key?: string;
  readonly delayMs?: number;
}

/** What a class marked `@Job(name)` implements. It runs at least once for each enqueued job: a crash or an error runs it again, later and later. */
export interface JobHandler<Payload extends object> {
  run(payload: Payload): Promise<void>;
}

const JOB = DiscoveryService.createDecorator<string>();

/** Names the background job that a provider carries out. */
export const Job = (name: string): ClassDecorator => JOB(name);

/** Work that must happen after a commit and survive a crash, kept by graphile-worker in the same database. */
@Injectable()
export class Jobs {
  constructor(private readonly discovery: DiscoveryService) {}

  /** Enqueues in the caller's transaction: the job exists if and only if it commits. */
  enqueue(
    name: string,
    payload: object,
    tx: Tx,
    options: Pick<JobRequest, 'key' | 'delayMs'> = {},
  ): Promise<void> {
    return this.enqueueAll([{ name, payload, ...options }], tx);
  }

  /** One statement however many jobs. Jobs are due by the database's own time: they are work to be done, not business time. */
  async enqueueAll(requests: readonly JobRequest[], tx: Tx): Promise<void> {
    if (requests.length === 0) return;
    const specs = requests.map(({ name, payload, key, delayMs = 0 }) => ({
      identifier: name,
      payload,
      job_key: key ?? null,
      delay: `${delayMs} milliseconds`,
    }));
    await tx.query(
      `SELECT FROM graphile_worker.add_jobs(ARRAY(
         SELECT (identifier, payload, NULL, clock_timestamp() + delay, NULL, job_key, NULL, NULL)::graphile_worker.job_spec
         FROM json_to_recordset($1::json) AS spec (identifier text, payload json, job_key text, delay interval)
       ))`,
      [JSON.stringify(specs)],
    );
  }

  /** The handlers of every `@Job` in the application, by name. */
  handlers(): Map<string, JobHandler<object>> {
    const handlers = new Map<string, JobHandler<object>>();
    for (const wrapper of this.discovery.getProviders({ metadataKey: JOB.KEY })) {
      const name = this.discovery.getMetadataByDecorator(JOB, wrapper);
      if (name === undefined) continue;
      if (handlers.has(name)) throw new Error(`two handlers for the job ${name}`);
      handlers.set(name, wrapper.instance as JobHandler<object>);
    }
    return handlers;
  }
}
