import { setTimeout as sleep } from 'node:timers/promises';
import { FailureLog } from './failure-log.js';
import { MissedDeletions } from './missed-deletions.js';
import { createRedis, RedisEntries, type Redis, type RedisOptions } from './redis-entries.js';
import { NoAnswer, within } from './within.js';

/** An attempt to connect, with the handshake: a frozen Redis accepts connections, and then says nothing. */
const CONNECT_MS = 1_000;

/** Commands in a row without an answer, after which no more are sent. */
const MOST_FAILURES = 3;

/** Between attempts: none, then twice as long each time, up to the last. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/** A connection that lasted this long was a good one: when it is lost, the next attempt is made at once. */
const GOOD_AFTER_MS = 5_000;

class Unreachable extends Error {
  constructor() {
    super('Redis is out of reach');
  }
}

/** One for all: there may be thousands a second, and where they come from says nothing. */
const UNREACHABLE = new Unreachable();

/**
 * A circuit breaker whose half-open state is a new connection: while there is none that serves, work is refused at once; meanwhile
 * connections are made in the background, and one serves when Redis has answered on it and all that it was not told has been deleted.
 * It is given up when it is lost, after three commands in a row without an answer, and when a deletion failed.
 *
 * node-redis' own reconnecting is off: it would wait for the handshake of a frozen server without end.
 */
export class RedisConnection {
  private serving?: { readonly client: Redis; readonly entries: RedisEntries; readonly sinceMs: number };
  private readonly missed = new MissedDeletions();
  private readonly log = new FailureLog();
  private readonly closing = new AbortController();
  /** That serves, or that is being connected. */
  private client?: Redis;
  private failures = 0;
  private attempts = 0;

  constructor(
    private readonly url: string,
    private readonly options: RedisOptions = {},
  ) {}

  get isServing(): boolean {
    return this.serving !== undefined;
  }

  /** Ends with the first attempt, whatever came of it. */
  async open(): Promise<void> {
    if (!(await this.attempt())) void this.reconnect();
  }

  /** At once: what is under way fails. */
  async close(): Promise<void> {
    this.closing.abort();
    this.serving = undefined;
    if (this.client) await discard(this.client);
  }

  /** @throws Error at once while no connection serves; whatever the work throws. */
  async run<T>(work: (entries: RedisEntries) => Promise<T>): Promise<T> {
    const { serving } = this;
    try {
      if (!serving) throw UNREACHABLE;
      const answer = await work(serving.entries);
      this.failures = 0;
      this.log.operationSucceeded();
      return answer;
    } catch (error) {
      if (!this.closing.signal.aborted) this.log.operationFailed(error);
      if (error instanceof NoAnswer) this.failures++;
      if (serving && (this.failures >= MOST_FAILURES || !serving.client.isReady)) this.giveUp(serving.client);
      throw error;
    }
  }

  /** Redis could not be told that these were changed: nothing more is read from it until it has been. */
  missedDeletions(keys: readonly string[]): void {
    this.missed.add(keys);
    if (this.serving) this.giveUp(this.serving.client);
  }

  /** The same, of all that match. */
  missedPattern(pattern: string): void {
    this.missed.addPattern(pattern);
    if (this.serving) this.giveUp(this.serving.client);
  }

  private giveUp(client: Redis): void {
    if (this.serving?.client !== client) return;
    if (performance.now() - this.serving.sinceMs > GOOD_AFTER_MS) this.attempts = 0;
    this.serving = undefined;
    void discard(client);
    void this.reconnect();
  }

  private async reconnect(): Promise<void> {
    const { signal } = this.closing;
    do {
      const pauseMs = this.attempts && Math.min(FIRST_PAUSE_MS * 2 ** (this.attempts - 1), LONGEST_PAUSE_MS);
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    } while (!signal.aborted && !(await this.attempt()));
  }

  /** @returns whether it serves now. */
  private async attempt(): Promise<boolean> {
    this.attempts++;
    const client = createRedis(this.url);
    this.client = client;
    client.on('error', (error) => {
      if (!this.closing.signal.aborted) this.log.failed(error);
      this.giveUp(client);
    });
    try {
      await within(CONNECT_MS, client.connect());
      const entries = new RedisEntries(client, this.options);
      // What is missed meanwhile, too: between the last look at it and the first command there is no step.
      do await this.prepare(entries);
      while (!this.missed.isEmpty);
      this.closing.signal.throwIfAborted();
      this.serving = { client, entries, sinceMs: performance.now() };
      this.failures = 0;
      this.log.recovered();
      return true;
    } catch (error) {
      if (!this.closing.signal.aborted) this.log.failed(error);
      await discard(client);
      return false;
    }
  }

  /**
   * A server that has started anew since the entries were written may have read them from a snapshot, and lost deletions that it had
   * answered: all of them go. So they do when a replica takes its place.
   */
  private async prepare(entries: RedisEntries): Promise<void> {
    const runId = await entries.runId();
    const isKnown = (await entries.knownRun()) === runId;
    if (!isKnown) this.missed.addPattern('*');
    await this.missed.settle(entries);
    if (!isKnown) await entries.knowRun(runId);
  }
}

/** A client throws when it is closed already. */
async function discard(client: Redis): Promise<void> {
  if (client.isOpen) await client.disconnect().catch(() => undefined);
}
