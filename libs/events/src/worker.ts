import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { ParsedCronItem, TaskList } from 'graphile-worker';
import type pg from 'pg';
import { bufferCount, filter, merge, type Observable, type Subscription } from 'rxjs';
import { CONFIG, type Config } from '@app/config';
import { directPool } from '@app/database';
import { JobRuns } from './job-runs.js';
import { JobRunner, type JobRunnerOptions } from './job-runner.js';
import { JobTasks } from './job-tasks.js';
import { LANES, type Lane } from './lane.js';
import { OutboxBell, OUTBOX_CHANNEL } from './outbox-bell.js';
import { OutboxRelay } from './outbox-relay.js';
import { cronsOf } from './schedule-crons.js';
import { Schedules } from './schedules.service.js';
import { WorkerLiveness } from './worker-liveness.js';

/** Beside one for each job at work: what each lane and the liveness check listen with. */
const LISTENING = LANES.length + 1;
const POLL_INTERVAL_MS = 1_000;
/** They are short, and their order is kept by the data: fetching many by one statement costs no other worker its work. */
const DELIVERIES_AT_ONCE = 200;
/**
 * How many times WORKER_CONCURRENCY of its jobs a lane does at once. Deliveries are short and mostly wait for their commit; webhooks wait
 * for others nearly all of their time, and then hold no connection.
 */
const TIMES: Record<Lane, number> = { deliveries: 2, work: 1, gateway: 1, mail: 1, webhooks: 4 };

/** Runs the relay and the jobs in this process. Provided only where a worker is wanted: inline in the API, and in apps/worker. */
@Injectable()
export class Worker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Worker.name);
  private readonly pool: pg.Pool;
  private readonly concurrency: number;
  private readonly liveness: WorkerLiveness;
  private readonly runners = new Map<Lane, JobRunner>();
  private isRelayFailing = false;
  private bells?: Subscription;
  private timer?: NodeJS.Timeout;
  private relaying: Promise<void> = Promise.resolve();
  private awake = false;

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly relay: OutboxRelay,
    private readonly bell: OutboxBell,
    private readonly tasks: JobTasks,
    private readonly schedules: Schedules,
    private readonly runs: JobRuns,
  ) {
    this.concurrency = config.workerConcurrency;
    const { directUrl: url } = config.database;
    if (!url) throw new Error('the database has no URL yet: openDatabase() comes first');
    const max = LANES.length * config.workerConcurrency + LISTENING;
    this.pool = directPool({ url, applicationName: 'travellr-worker', max });
    this.pool.on('error', (error) => this.onLost(error));
    this.pool.on('connect', (client) => void client.on('error', (error) => this.onLost(error)));
    this.liveness = new WorkerLiveness(
      this.pool,
      OUTBOX_CHANNEL,
      () => this.wake(),
      this.concurrency * TIMES.deliveries,
    );
  }

  onApplicationBootstrap(): void {
    for (const lane of LANES) {
      const tasks = this.tasks.list(lane);
      const crons = this.crons(lane, tasks);
      if (Object.keys(tasks).length === 0) continue;
      this.employ(lane, { tasks, crons, batchSize: lane === 'deliveries' ? DELIVERIES_AT_ONCE : 1 });
    }
    this.bells = merge(this.bell.rings, this.roomForMore()).subscribe(() => this.wake());
    this.timer = setInterval(() => {
      this.wake();
      void this.liveness.check();
    }, POLL_INTERVAL_MS);
    this.wake();
  }

  /** Finishes what is being worked on; what is queued waits for the next worker. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.bells?.unsubscribe();
    await Promise.all([...this.runners.values()].map((runner) => runner.stop()));
    await this.liveness.stop();
    this.awake = true;
    await this.relaying;
    await this.pool.end();
  }

  /** What cannot work at present, by name: the relay, a lane, the look after workers that are gone. Each is tried again by itself. */
  failing(): string[] {
    const lanes = [...this.runners].filter(([, runner]) => !runner.isRunning).map(([lane]) => lane);
    return [
      ...(this.isRelayFailing ? ['relay'] : []),
      ...(this.liveness.isSilent ? ['liveness'] : []),
      ...lanes,
    ];
  }

  /** Past any pooler. */
  get connections(): Pick<pg.Pool, 'totalCount' | 'idleCount' | 'waitingCount'> {
    return this.pool;
  }

  /** Relays now, or once more after the relaying that is under way. */
  private wake(): void {
    if (this.awake) return;
    this.awake = true;
    this.relaying = this.relaying.then(async () => {
      this.awake = false;
      try {
        await this.relay.relayAll();
        this.isRelayFailing = false;
      } catch (error) {
        this.isRelayFailing = true;
        this.logger.error({ err: error }, 'the relay failed and will try again');
      }
    });
  }

  /** The relay holds a backlog back while the queue is full of deliveries: now and then some of them are done. */
  private roomForMore(): Observable<unknown> {
    return this.runs.ended.pipe(
      filter(({ lane }) => lane === 'deliveries'),
      bufferCount(DELIVERIES_AT_ONCE),
    );
  }

  private employ(lane: Lane, work: Pick<JobRunnerOptions, 'tasks' | 'crons' | 'batchSize'>): void {
    const { pool, liveness, logger: log } = this;
    const concurrency = this.concurrency * TIMES[lane];
    const runner = new JobRunner({ pool, liveness, concurrency, log, ...work });
    this.runners.set(lane, runner);
    runner.start();
  }

  private onLost(error: Error): void {
    this.logger.warn({ err: error }, 'a connection of the worker was lost');
    for (const runner of this.runners.values()) runner.replace();
  }

  /** Adds what the schedules of the lane do to its tasks. @returns when it is due. */
  private crons(lane: Lane, tasks: TaskList): ParsedCronItem[] {
    const { jobs, items } = cronsOf(this.schedules, lane);
    for (const [name, handler] of jobs) {
      if (tasks[name]) throw new Error(`${name} is a job and a schedule`);
      tasks[name] = this.tasks.toTask(name, handler);
    }
    return items;
  }
}
