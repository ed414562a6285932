import cluster from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { isatty } from 'node:tty';
import type { ProcessContext } from '../run-process.js';
import type { Question } from './messages.js';
import { Replica } from './replica.js';
import { ReplicasNotStarted } from './replicas-not-started.js';

/** Less than a step of the shutdown may take, more than an application takes to close: see shutdown.ts. */
const STOP_WITHIN_MS = 8_500;
const RETIRE_WITHIN_MS = 30_000;
/** Many times what it takes, also where others compete for the processor. */
const START_WITHIN_MS = 60_000;

/** One that ends sooner after its start has not recovered from what the one before it died of. */
const STEADY_AFTER_MS = 10_000;
const FAILURES_IN_A_ROW = 5;
const BACKOFF_MS = { first: 100, longest: 5_000 };

/** One of the processes there are to be, whichever it is at present. */
interface Place {
  replica: Replica;
  failures: number;
}

/**
 * Keeps as many processes as WEB_CONCURRENCY says answering on one port (node:cluster). It answers nothing itself: it holds the settings
 * and the database for all of them, replaces those that die, and on SIGHUP all of them, one after the other.
 */
export class Supervisor {
  private readonly alive = new Set<Replica>();
  private places: Place[] = [];
  private restarts: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(
    private readonly context: Pick<ProcessContext, 'config' | 'log' | 'onStop'>,
    private readonly backoffMs = BACKOFF_MS,
    private readonly startWithinMs = START_WITHIN_MS,
  ) {}

  /**
   * @param entry the program of the processes.
   * @param announce is handed their address, once they are all up.
   * @returns `failed` when a process could not be replaced. It never returns otherwise.
   * @throws ReplicasNotStarted when one of the first does not come up.
   */
  async run(entry: string, announce: (url: string) => void): Promise<'failed'> {
    const { config, onStop } = this.context;
    onStop(() => this.stop());
    cluster.setupPrimary({ exec: entry, args: [] });
    this.places = Array.from({ length: config.webConcurrency }, () => ({
      replica: this.start(),
      failures: 0,
    }));
    const up = Promise.all(this.places.map(({ replica }) => firstOf(replica)));
    this.restarts = up.then(() => undefined).catch(() => undefined);
    this.restartOnHangUp();
    const [url = ''] = await up;
    announce(url);
    return Promise.race(this.places.map((place) => this.keep(place)));
  }

  private start(): Replica {
    const config = { type: 'travellr:config', config: this.context.config } as const;
    const replica = new Replica(config, (question, from) => void this.relay(question, from));
    this.alive.add(replica);
    void replica.ended.then(() => this.alive.delete(replica));
    return replica;
  }

  /** One that neither came up nor ended would leave a place empty, or keep a restart and all later ones waiting, and nobody would know. */
  private startAnother(): Replica {
    const replica = this.start();
    const limit = setTimeout(() => {
      process.stderr.write(`a new process was not up after ${this.startWithinMs / 1_000} s: it is ended\n`);
      void replica.end('stop', STOP_WITHIN_MS);
    }, this.startWithinMs);
    void replica.ready.then(() => clearTimeout(limit));
    return replica;
  }

  /** Sees to it that somebody is in a place, until that fails again and again. */
  private async keep(place: Place): Promise<'failed'> {
    for (;;) {
      const { replica } = place;
      const end = await replica.ended;
      if (this.isStopping) return new Promise(() => undefined);
      if (place.replica !== replica) continue; // it has a successor already
      place.failures = replica.upForMs > STEADY_AFTER_MS ? 1 : place.failures + 1;
      if (place.failures > FAILURES_IN_A_ROW) {
        process.stderr.write(`a process has ended ${place.failures} times in a row (${end}): giving up\n`);
        return 'failed';
      }
      process.stderr.write(`a process has ended (${end}): another one takes its place\n`);
      await sleep(Math.min(this.backoffMs.first * 4 ** (place.failures - 1), this.backoffMs.longest));
      if (!this.isStopping && place.replica === replica) place.replica = this.startAnother();
    }
  }

  /** A terminal that closes hangs up, too: then there is nobody left to serve. */
  private restartOnHangUp(): void {
    const hadTerminal = isatty(0);
    process.on('SIGHUP', () => {
      if (hadTerminal && !isatty(0)) process.kill(process.pid, 'SIGTERM');
      else this.restarts = this.restarts.then(() => this.restart());
    });
  }

  /** One at a time, each successor up before its predecessor goes. The first that does not come up ends the attempt: the old ones stay. */
  private async restart(): Promise<void> {
    for (const place of this.places) {
      if (this.isStopping) return;
      const successor = this.startAnother();
      if ((await successor.ready) === undefined) {
        if (this.isStopping) return;
        process.stderr.write(`no restart: a new process did not start (${await successor.ended})\n`);
        return;
      }
      const predecessor = place.replica;
      place.replica = successor;
      place.failures = 0;
      await predecessor.end('retire', RETIRE_WITHIN_MS);
    }
    this.context.log('Travellr has restarted');
  }

  private async relay(question: Question, from: Replica): Promise<void> {
    const others = [...this.alive].filter((replica) => replica !== from);
    const heard = await Promise.all(others.map((replica) => replica.ask(question)));
    const answers = heard.flatMap((one) => (one === undefined || one === 'late' ? [] : [one.answer]));
    const missing = heard.filter((one) => one === 'late').length;
    from.hear({ type: 'travellr:answers', id: question.id, answers, missing });
  }

  private async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all([...this.alive].map((replica) => replica.end('stop', STOP_WITHIN_MS)));
  }
}

async function firstOf(replica: Replica): Promise<string> {
  const url = await replica.ready;
  if (url === undefined)
    throw new ReplicasNotStarted(`a process did not start (${await replica.ended}), see above`);
  return url;
}
