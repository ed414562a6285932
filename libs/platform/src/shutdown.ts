import { setTimeout as sleep } from 'node:timers/promises';

type Step = () => Promise<void>;

/** An application closes in less: its clients have 5 s, its jobs 3 s. `docker stop` grants 10 s. */
const STEP_WITHIN_MS = 9_000;

/** Ctrl-C in a terminal reaches the process twice, from the terminal and from npm. */
const sameSignalWithinMs = 1_000;

/** Ends the process in good order on SIGINT and SIGTERM, at whatever point of its start; a second signal ends it at once. */
export class Shutdown {
  private readonly steps: Step[] = [];
  private running: Promise<boolean> = Promise.resolve(true);
  private endingSince?: number;

  constructor(private readonly stepWithinMs = STEP_WITHIN_MS) {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => this.onSignal());
  }

  /** Adds what is to be done before the process ends; the last added comes first, also when it is added while it ends. */
  before(step: Step): void {
    this.steps.unshift(step);
  }

  /** Whether somebody has asked for the end: what fails then fails because of it. */
  get isEnding(): boolean {
    return this.endingSince !== undefined;
  }

  /** Takes every step, also after one that failed or did not end in time, and after those under way. @returns whether all went well. */
  run(): Promise<boolean> {
    this.running = this.running.then(async (isClean) => (await this.takeSteps()) && isClean);
    return this.running;
  }

  private async takeSteps(): Promise<boolean> {
    let isClean = true;
    for (let step = this.steps.shift(); step; step = this.steps.shift()) {
      await this.inTime(step()).catch((error: unknown) => {
        isClean = false;
        process.stderr.write(`while stopping: ${String(error)}\n`);
      });
    }
    return isClean;
  }

  private async inTime(work: Promise<void>): Promise<void> {
    const limit = new AbortController();
    const late = sleep(this.stepWithinMs, 'late', { signal: limit.signal }).catch(() => undefined);
    const first = await Promise.race([work, late]).finally(() => limit.abort());
    if (first === 'late') throw new Error(`not done within ${this.stepWithinMs} ms`);
  }

  /** Takes every step and ends the process; once, however often it is called. */
  end(): void {
    if (this.isEnding) return;
    this.endingSince = performance.now();
    void this.run().then((isClean) => process.exit(isClean ? 0 : 1));
  }

  private onSignal(): void {
    if (this.endingSince === undefined) {
      this.end();
    } else if (performance.now() - this.endingSince > sameSignalWithinMs) {
      process.exit(1);
    }
  }
}
