import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Logger as GraphileLogger,
  run,
  type ParsedCronItem,
  type Runner,
  type RunnerOptions,
  type TaskList,
} from 'graphile-worker';
import type pg from 'pg';
import { answerCallsTogether } from './calls-together.js';
import type { WorkerLiveness } from './worker-liveness.js';

const POLL_INTERVAL_MS = 1_000;
const RESTART_DELAY_MS = 1_000;

type WorkerSettings = NonNullable<NonNullable<RunnerOptions['preset']>['worker']>;

interface Log {
  error(message: unknown): void;
  warn(message: unknown): void;
  debug(message: unknown): void;
}

export interface JobRunnerOptions {
  readonly pool: pg.Pool;
  readonly liveness: WorkerLiveness;
  readonly tasks: TaskList;
  readonly crons?: ParsedCronItem[];
  /** Jobs at work at a time. */
  readonly concurrency: number;
  /** Jobs fetched and ended by one statement; 1 unless they are short, since those that wait here no other worker can take. */
  readonly batchSize?: number;
  /** For how long {@link JobRunner.stop} waits for jobs at work; 3 s unless given. */
  readonly finishWithinMs?: number;
  readonly log: Log;
}

/** `docker stop` grants 10 s, of which an API's clients may take five. */
const FINISH_WITHIN_MS = 3_000;

/** For how long a batch of jobs that are done is collected. */
const BATCH_DELAY_MS = 10;

/** What graphile-worker says of a runner that has nothing at work any more: each may come after the other. */
const IDLE = ['gracefulShutdown:complete', 'forcefulShutdown:complete', 'forcefulShutdown:error'].map(
  (what) => `pool:${what}`,
);

/** How long writing down what is done may take a runner that has nothing at work any more. */
const GOODBYE_WITHIN_MS = 2_000;

/**
 * A graphile-worker runner that is replaced when it ends by itself, or when it may have lost a job: after a lost connection it can
 * neither say that a job is done nor learn which one it was just given. Its successor has another name, so that the liveness check
 * returns what the old one left locked.
 */
export class JobRunner {
  private readonly stopping = new EventEmitter();
  private stopped = false;
  private runner?: Runner;
  /** By which the liveness check knows the present runner. */
  private id?: string;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: JobRunnerOptions) {}

  start(): void {
    this.running = this.keepRunning();
  }

  get isRunning(): boolean {
    return this.runner !== undefined;
  }

  /** For when a connection was lost: a batch of jobs may have been on its way. */
  replace(): void {
    this.end();
  }

  /** Finishes what is being worked on. What takes too long goes back to the queue, where the rest waits for the next worker. */
  async stop(): Promise<void> {
    const { liveness, log, finishWithinMs = FINISH_WITHIN_MS } = this.options;
    this.stopped = true;
    this.stopping.emit('stop');
    this.end();
    await Promise.race([this.running, sleep(finishWithinMs, undefined, { ref: false })]);
    if (this.id === undefined) return;
    log.warn(`jobs at work for more than ${finishWithinMs} ms go back to the queue`);
    liveness.forget(this.id);
  }

  private async keepRunning(): Promise<void> {
    while (!this.stopped) {
      await this.runUntilItEnds().catch((error: unknown) =>
        this.options.log.warn(`the job runner ended: ${String(error)}`),
      );
      if (!this.stopped) await this.pause();
    }
  }

  private async runUntilItEnds(): Promise<void> {
    const { pool, liveness, tasks, crons = [], concurrency, batchSize = 1 } = this.options;
    const events = new EventEmitter();
    events.on('pool:create', ({ workerPool }: { workerPool: { id: string } }) => {
      this.id = workerPool.id;
      liveness.watch(this.id);
    });
    events.on('worker:getJob:error', () => this.replace());
    if (batchSize === 1) answerCallsTogether(events);
    letQueueReturnJobs(events);
    letQueueKeepOrder(events);
    try {
      this.runner = await run({
        pgPool: pool,
        taskList: tasks,
        parsedCronItems: crons,
        concurrency,
        pollInterval: POLL_INTERVAL_MS,
        noHandleSignals: true,
        logger: this.graphileLogger(),
        events,
        preset: { worker: this.batching() },
      });
      if (this.stopped) this.end();
      await Promise.race([this.runner.promise, goodbye(events)]);
    } finally {
      this.end();
      this.runner = undefined;
      if (this.id !== undefined) liveness.forget(this.id);
      this.id = undefined;
    }
  }

  /** Batched, even if by one, a job's end that cannot be written stops the runner; unbatched it ends the process. */
  private batching(): Partial<WorkerSettings> {
    const { batchSize = 1 } = this.options;
    return batchSize === 1
      ? { completeJobBatchDelay: 0, failJobBatchDelay: 0 }
      : {
          localQueue: { size: batchSize },
          completeJobBatchDelay: BATCH_DELAY_MS,
          failJobBatchDelay: BATCH_DELAY_MS,
        };
  }

  /** It may be ending already, or be unable to say goodbye to the database: either way it ends, see {@link goodbye}. */
  private end(): void {
    void this.runner
      ?.stop()
      .catch((error: unknown) => this.options.log.debug(`while stopping: ${String(error)}`));
  }

  private async pause(): Promise<void> {
    const timer = setTimeout(() => this.stopping.emit('stop'), RESTART_DELAY_MS);
    await once(this.stopping, 'stop');
    clearTimeout(timer);
  }

  private graphileLogger(): GraphileLogger {
    return new GraphileLogger(() => (level, message) => {
      if (level === 'error') this.options.log.error(message);
      else if (level === 'warning') this.options.log.warn(message);
      else this.options.log.debug(message);
    });
  }
}

/**
 * Resolves a while after the last job at work of a runner is done. It should have ended by then; but after two batches of ends that could
 * not be written, graphile-worker (0.17) waits forever for a third that there is not.
 */
async function goodbye(events: EventEmitter): Promise<void> {
  await Promise.race(IDLE.map((event) => once(events, event)));
  await sleep(GOODBYE_WITHIN_MS, undefined, { ref: false });
}

/**
 * A local queue that is released while it has jobs and nothing else to do (graphile-worker 0.17) leaves their return to itself: nobody
 * waits for it, and should it fail, the rejection that nobody handles ends the process. So it is given something to do until then.
 */
function letQueueReturnJobs(events: EventEmitter): void {
  events.on(
    'localQueue:init',
    ({ localQueue }: { localQueue: { background(work: Promise<void>): void } }) => {
      localQueue.background(
        new Promise((done) => {
          events.on('localQueue:setMode', ({ newMode }: { newMode: string }) => {
            if (newMode === 'RELEASED') setImmediate(done);
          });
        }),
      );
    },
  );
}

/**
 * `RETURNING` has no order, so a batch would be worked off in any. In that of the ids fewer deliveries stand back for an earlier one, and of
 * a batch whose worker died it is known which can have begun.
 */
function letQueueKeepOrder(events: EventEmitter): void {
  events.on('localQueue:getJobs:complete', ({ jobs }: { jobs: { id: string }[] }) => {
    jobs.sort((a, b) => Number(a.id) - Number(b.id));
  });
}
