import { EventEmitter, once } from 'node:events';
import { Logger as GraphileLogger, run, type Runner, type TaskList } from 'graphile-worker';
import type pg from 'pg';
import type { WorkerLiveness } from './worker-liveness.js';

const POLL_INTERVAL_MS = 1_000;
const RESTART_DELAY_MS = 1_000;

interface Log {
  error(message: unknown): void;
  warn(message: unknown): void;
  debug(message: unknown): void;
}

/**
 * A graphile-worker runner that is replaced when it ends by itself, or when it may have lost a job: after a lost connection it can
 * neither say that a job is done nor learn which one it was just given. Its successor has another name, so that the liveness check
 * returns what the old one left locked.
 */
export class JobRunner {
  private readonly stopping = new EventEmitter();
  private stopped = false;
  private runner?: Runner;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly pool: pg.Pool,
    private readonly liveness: WorkerLiveness,
    private readonly tasks: TaskList,
    private readonly concurrency: number,
    private readonly log: Log,
  ) {}

  start(): void {
    this.running = this.keepRunning();
  }

  /** Finishes what is being worked on; what is queued waits for the next worker. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.stopping.emit('stop');
    await this.end();
    await this.running;
  }

  private async keepRunning(): Promise<void> {
    while (!this.stopped) {
      await this.runUntilItEnds().catch((error: unknown) =>
        this.log.warn(`the job runner ended: ${String(error)}`),
      );
      if (!this.stopped) await this.pause();
    }
  }

  private async runUntilItEnds(): Promise<void> {
    let id: string | undefined;
    const events = new EventEmitter();
    events.on('pool:create', ({ workerPool }: { workerPool: { id: string } }) => {
      id = workerPool.id;
      this.liveness.watch(id);
    });
    events.on('worker:getJob:error', () => void this.end());
    try {
      this.runner = await run({
        pgPool: this.pool,
        taskList: this.tasks,
        concurrency: this.concurrency,
        pollInterval: POLL_INTERVAL_MS,
        noHandleSignals: true,
        logger: this.graphileLogger(),
        events,
        // Batched, even if by one, a job's end that cannot be written stops the runner; unbatched it ends the process.
        preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      });
      if (this.stopped) await this.end();
      await this.runner.promise;
    } finally {
      this.runner = undefined;
      if (id !== undefined) this.liveness.forget(id);
    }
  }

  /** It may be ending already, or be unable to say goodbye to the database: either way it ends. */
  private async end(): Promise<void> {
    await this.runner?.stop().catch((error: unknown) => this.log.debug(`while stopping: ${String(error)}`));
  }

  private async pause(): Promise<void> {
    const timer = setTimeout(() => this.stopping.emit('stop'), RESTART_DELAY_MS);
    await once(this.stopping, 'stop');
    clearTimeout(timer);
  }

  private graphileLogger(): GraphileLogger {
    return new GraphileLogger(() => (level, message) => {
      if (level === 'error') this.log.error(message);
      else if (level === 'warning') this.log.warn(message);
      else this.log.debug(message);
    });
  }
}
