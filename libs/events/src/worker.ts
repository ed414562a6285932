import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { TaskList } from 'graphile-worker';
import pg from 'pg';
import type { Subscription } from 'rxjs';
import { CONFIG, type Config } from '@app/config';
import { DELIVER_EVENT } from './event-delivery.js';
import { JobRunner } from './job-runner.js';
import { Jobs } from './jobs.js';
import { OutboxBell, OUTBOX_CHANNEL } from './outbox-bell.js';
import { OutboxRelay } from './outbox-relay.js';
import { WorkerLiveness } from './worker-liveness.js';

/** Deliveries stay within the database; other jobs may wait for a gateway, and must not keep the news from getting through. */
const DELIVERIES_AT_ONCE = 4;
const OTHER_JOBS_AT_ONCE = 4;
const CONNECTIONS = DELIVERIES_AT_ONCE + OTHER_JOBS_AT_ONCE + 4;
const POLL_INTERVAL_MS = 1_000;

/** Runs the relay and the jobs in this process. Provided only where a worker is wanted: inline in the API, and in apps/worker. */
@Injectable()
export class Worker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Worker.name);
  private readonly pool: pg.Pool;
  private readonly liveness: WorkerLiveness;
  private readonly runners: JobRunner[] = [];
  private bells?: Subscription;
  private timer?: NodeJS.Timeout;
  private relaying: Promise<void> = Promise.resolve();
  private awake = false;

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly relay: OutboxRelay,
    private readonly bell: OutboxBell,
    private readonly jobs: Jobs,
  ) {
    const onLost = (error: Error) => this.logger.warn({ err: error }, 'a connection of the worker was lost');
    this.pool = new pg.Pool({
      connectionString: config.database.directUrl,
      max: CONNECTIONS,
      application_name: 'travellr-worker',
    });
    this.pool.on('error', onLost);
    this.pool.on('connect', (client) => void client.on('error', onLost));
    this.liveness = new WorkerLiveness(this.pool, OUTBOX_CHANNEL, () => this.wake());
  }

  onApplicationBootstrap(): void {
    const { [DELIVER_EVENT]: deliver, ...others } = this.tasks();
    this.employ({ [DELIVER_EVENT]: deliver }, DELIVERIES_AT_ONCE);
    if (Object.keys(others).length > 0) this.employ(others, OTHER_JOBS_AT_ONCE);
    this.bells = this.bell.rings.subscribe(() => this.wake());
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
    await Promise.all(this.runners.map((runner) => runner.stop()));
    await this.liveness.stop();
    this.awake = true;
    await this.relaying;
    await this.pool.end();
  }

  /** Relays now, or once more after the relaying that is under way. */
  private wake(): void {
    if (this.awake) return;
    this.awake = true;
    this.relaying = this.relaying.then(async () => {
      this.awake = false;
      await this.relay
        .relayAll()
        .catch((error: unknown) => this.logger.error({ err: error }, 'the relay failed and will try again'));
    });
  }

  private employ(tasks: TaskList, concurrency: number): void {
    const runner = new JobRunner(this.pool, this.liveness, tasks, concurrency, this.logger);
    this.runners.push(runner);
    runner.start();
  }

  private tasks(): TaskList {
    const tasks: TaskList = {};
    for (const [name, handler] of this.jobs.handlers())
      tasks[name] = (payload) => handler.run(payload as object);
    return tasks;
  }
}
