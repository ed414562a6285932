type Step = () => Promise<void>;

/** Ctrl-C in a terminal reaches the process twice, from the terminal and from npm. */
const sameSignalWithinMs = 1_000;

/** Ends the process in good order on SIGINT and SIGTERM, at whatever point of its start; a second signal ends it at once. */
export class Shutdown {
  private readonly steps: Step[] = [];
  private signalledAt?: number;

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => this.onSignal());
  }

  /** Adds what is to be done before the process ends; the last added comes first. */
  before(step: Step): void {
    this.steps.unshift(step);
  }

  /** Takes every step, also after one has failed. @returns whether all went well. */
  async run(): Promise<boolean> {
    let isClean = true;
    for (const step of this.steps.splice(0)) {
      await step().catch((error: unknown) => {
        isClean = false;
        process.stderr.write(`while stopping: ${String(error)}\n`);
      });
    }
    return isClean;
  }

  private onSignal(): void {
    if (this.signalledAt === undefined) {
      this.signalledAt = performance.now();
      void this.run().then((isClean) => process.exit(isClean ? 0 : 1));
    } else if (performance.now() - this.signalledAt > sameSignalWithinMs) {
      process.exit(1);
    }
  }
}
