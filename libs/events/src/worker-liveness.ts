import { Logger } from '@nestjs/common';
import type pg from 'pg';
import { returnAbandonedJobs } from './abandoned-jobs.js';

/** A check takes milliseconds, and is asked for every second. */
const SILENT_AFTER_MS = 10_000;

/** Much longer than from the first jobs of a runner to its lock. By the time of the database. */
const QUIET_FOR_MS = 3_000;

/**
 * A runner that was killed leaves its jobs locked, and graphile-worker waits four hours before it takes them back. So every runner
 * has a session-level advisory lock named after itself: PostgreSQL drops it with the connection, and whoever then gets it knows that
 * the owner is gone and returns his jobs to the queue. The same connection listens for the outbox bell.
 */
export class WorkerLiveness {
  private readonly logger = new Logger(WorkerLiveness.name);
  private readonly alive = new Set<string>();
  private readonly held = new Set<string>();
  /** Those that were forgotten since the last check. */
  private readonly givenUp = new Set<string>();
  private client?: pg.PoolClient;
  private busy: Promise<void> = Promise.resolve();
  /** Whether a check is asked for that has not begun. */
  private isDue = false;
  /** When the first check was asked for since the last that succeeded. */
  private waitingSince?: number;

  constructor(
    private readonly pool: pg.Pool,
    private readonly channel: string,
    private readonly onBell: () => void,
    private readonly deliveriesAtWork = 1,
  ) {}

  /** Says that the runner `id` lives, as long as this process does or until {@link forget}. */
  watch(id: string): void {
    this.alive.add(id);
    void this.check();
  }

  /** Gives up what the runner `id` may still have locked: the next check of any worker returns it to the queue. */
  forget(id: string): void {
    this.alive.delete(id);
    this.givenUp.add(id);
    void this.check();
  }

  /** Whether no check has come to an end for a while: the database does not let us in, or its answers no longer reach us. */
  get isSilent(): boolean {
    return this.waitingSince !== undefined && performance.now() - this.waitingSince > SILENT_AFTER_MS;
  }

  /** Holds the own locks (again, if the connection was lost) and frees the jobs of runners that are gone. */
  check(): Promise<void> {
    this.waitingSince ??= performance.now();
    if (this.isDue) return this.busy;
    this.isDue = true;
    this.busy = this.busy.then(async () => {
      this.isDue = false;
      try {
        const client = this.client ?? (await this.connect());
        await this.holdOwnLocks(client);
        await this.freeJobsOfTheDead(client);
        this.waitingSince = undefined;
      } catch (error) {
        this.logger.warn({ err: error }, 'could not look after the workers');
        this.disconnect();
      }
    });
    return this.busy;
  }

  async stop(): Promise<void> {
    await this.busy;
    this.disconnect();
  }

  private async connect(): Promise<pg.PoolClient> {
    const client = await this.pool.connect();
    this.client = client;
    client.on('error', () => this.client === client && this.disconnect());
    client.on('notification', () => this.onBell());
    await client.query(`LISTEN ${this.channel}`);
    return client;
  }

  /** For good: whoever takes our jobs for a dead worker's may have them. */
  private disconnect(): void {
    const { client } = this;
    this.client = undefined;
    this.held.clear();
    client?.release(true);
  }

  /** Without waiting: a lock that a lost connection still has is ours at a later check. */
  private async holdOwnLocks(client: pg.PoolClient): Promise<void> {
    const { rows } = await client.query<{ id: string }>(
      'SELECT id FROM unnest($1::text[]) AS own (id) WHERE pg_try_advisory_lock(hashtextextended(id, 0))',
      [[...this.alive].filter((id) => !this.held.has(id))],
    );
    for (const { id } of rows) this.held.add(id);
    const forgotten = [...this.held].filter((id) => !this.alive.has(id));
    await client.query(
      'SELECT pg_advisory_unlock(hashtextextended(id, 0)) FROM unnest($1::text[]) AS own (id)',
      [forgotten],
    );
    for (const id of forgotten) this.held.delete(id);
  }

  /**
   * A runner fetches its first jobs while its lock is still on the way, and only then has a name to be known by: so whoever fetched a moment ago
   * is not taken for dead. Of our own that we gave up we know.
   */
  private async freeJobsOfTheDead(client: pg.PoolClient): Promise<void> {
    const givenUp = [...this.givenUp];
    const { rows } = await client.query<{ owner: string; dead: boolean }>(
      `SELECT owner, pg_try_advisory_xact_lock(hashtextextended(owner, 0)) AS dead
       FROM (SELECT locked_by AS owner FROM graphile_worker._private_jobs
             WHERE locked_by IS NOT NULL AND locked_by <> ALL ($1::text[])
             GROUP BY locked_by
             HAVING max(locked_at) < clock_timestamp() - $2 * interval '1 millisecond' OR locked_by = ANY ($3::text[])) AS owners`,
      [[...this.alive], QUIET_FOR_MS, givenUp],
    );
    for (const id of givenUp) this.givenUp.delete(id);
    const dead = rows.filter((row) => row.dead).map((row) => row.owner);
    if (dead.length === 0) return;
    this.logger.warn(`returning the jobs of ${dead.length} worker(s) that are gone`);
    await returnAbandonedJobs(client, dead, this.deliveriesAtWork);
  }
}
