import { createClient } from '@redis/client';
import { redisInsStore } from 'cache-manager-redis-yet';
import { jsonOf, type Envelope } from '../envelope.js';
import { scripts, type Sum } from './redis-scripts.js';
import { within } from './within.js';

/** Counts up when what is stored changes its form: two versions of the product then share a Redis and not their entries. */
const KEY_PREFIX = 'travellr:1:';

/** Longer than any answer of a Redis that is well; short enough to be waited for by someone who could do without. */
const COMMAND_MS = 250;

/** For how much longer than our Clock says Redis keeps a value, so that nothing is left forever: no two clocks agree to the millisecond. */
const GRACE_MS = 10_000;

/** How many keys Redis looks at, and deletes, in one step. */
const STEP_KEYS = 1_000;

/** Below the limit of an attempt to connect: an attempt that is given up has no socket left. */
const CONNECT_TIMEOUT_MS = 800;

export interface RedisOptions {
  /** Of all keys: several caches may share a Redis. */
  readonly prefix?: string;
  /** How long a command may take; 250 unless told otherwise. */
  readonly commandMs?: number;
}

export type Redis = ReturnType<typeof createRedis>;

/** A client that neither reconnects nor queues: {@link RedisConnection} replaces it by another. */
export function createRedis(url: string) {
  return createClient({
    url,
    scripts,
    disableOfflineQueue: true,
    socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: false },
  });
}

/** An envelope as it is stored, or the lease of a load that is under way. */
export type Held = { readonly x: number | null; readonly v: unknown } | string;

/** What became of asking for a lease: it is ours, or somebody else's, or there is a value by now. */
export type Taken = { readonly lease: string } | { readonly busy: string } | { readonly json: string };

export interface Lifetime {
  readonly envelope: Envelope;
  readonly ttlMs: number | undefined;
}

/** Our entries in one Redis. Each step is one round trip, and ends within the limit. */
export class RedisEntries {
  private readonly store;
  private readonly prefix: string;
  private readonly commandMs: number;

  constructor(
    private readonly redis: Redis,
    { prefix = KEY_PREFIX, commandMs = COMMAND_MS }: RedisOptions,
  ) {
    this.prefix = prefix;
    this.commandMs = commandMs;
    // The type it asks for has the modules of the `redis` package, of which it uses none.
    this.store = redisInsStore(redis as unknown as Parameters<typeof redisInsStore>[0]);
  }

  get(key: string): Promise<Held | undefined> {
    return this.answered(this.store.get<Held>(this.keyOf(key)));
  }

  getMany(keys: readonly string[]): Promise<(Held | undefined)[]> {
    const held = this.store.mget(...keys.map((key) => this.keyOf(key)));
    return this.answered(held) as Promise<(Held | undefined)[]>;
  }

  async set(key: string, { envelope, ttlMs }: Lifetime): Promise<void> {
    await this.answered(this.redis.set(this.keyOf(key), textOf(envelope), expiry(ttlMs)));
  }

  /** All or none, in their order; those without an envelope are deleted. */
  async setMany(
    entries: readonly (readonly [key: string, Envelope | undefined])[],
    ttlMs: number | undefined,
  ): Promise<void> {
    const all = this.redis.multi();
    for (const [key, envelope] of entries) {
      if (envelope) all.set(this.keyOf(key), textOf(envelope), expiry(ttlMs));
      else all.unlink(this.keyOf(key));
    }
    await this.answered(all.exec());
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (let from = 0; from < keys.length; from += STEP_KEYS) {
      const step = keys.slice(from, from + STEP_KEYS).map((key) => this.keyOf(key));
      await this.answered(this.redis.unlink(step));
    }
  }

  /**
   * SCAN returns every key that is there from its start to its end. A lease that a load turns into its value meanwhile stays where it is,
   * so that neither escapes.
   */
  async deletePattern(pattern: string): Promise<void> {
    const match = this.keyOf(pattern.replaceAll(/[\\?[\]]/g, '\\$&'));
    let cursor = '0';
    do {
      const scan = ['SCAN', cursor, 'MATCH', match, 'COUNT', String(STEP_KEYS)];
      const found = await this.answered(this.redis.sendCommand<[string, string[]]>(scan));
      cursor = found[0];
      if (found[1].length > 0) await this.answered(this.redis.unlink(found[1]));
    } while (cursor !== '0');
  }

  async increment(key: string, by: number, now: Date, { envelope, ttlMs }: Lifetime): Promise<Sum> {
    const { expiresAtMs } = envelope;
    const counting = this.redis.increment(this.keyOf(key), by, now.getTime(), expiresAtMs, lifeMs(ttlMs));
    return this.answered(counting);
  }

  async take(key: string, lease: string, now: Date): Promise<Taken> {
    const held = await this.answered(this.redis.take(this.keyOf(key), leaseText(lease), now.getTime()));
    if (held === undefined) return { lease };
    return held.startsWith('"') ? { busy: held.slice(1, -1) } : { json: jsonIn(held) };
  }

  /** @returns whether the lease still stood, and the value is kept. */
  settle(key: string, lease: string, loaded: Envelope | undefined, ttlMs: number): Promise<boolean> {
    const text = loaded ? textOf(loaded) : '';
    const life = ttlMs + GRACE_MS;
    return this.answered(this.redis.settle(this.keyOf(key), leaseText(lease), text, life));
  }

  /** Which run of which server this is: another one may have lost what it was last told. */
  async runId(): Promise<string> {
    const info = await this.answered(this.redis.info('server'));
    const runId = /^run_id:(\w+)/m.exec(info)?.[1];
    if (!runId) throw new Error('Redis does not tell its run_id');
    return runId;
  }

  /** The run that the entries are known to be of. */
  async knownRun(): Promise<string | undefined> {
    return (await this.answered(this.redis.get(`${this.prefix}run`))) ?? undefined;
  }

  async knowRun(runId: string): Promise<void> {
    await this.answered(this.redis.set(`${this.prefix}run`, runId));
  }

  /** @throws NoAnswer */
  private answered<T>(command: Promise<T>): Promise<T> {
    return within(this.commandMs, command);
  }

  private keyOf(key: string): string {
    return `${this.prefix}entry:${key}`;
  }
}

const textOf = (envelope: Envelope): string =>
  `{"x":${envelope.expiresAtMs ?? 'null'},"v":${jsonOf(envelope)}}`;

const jsonIn = (text: string): string => text.slice(text.indexOf('"v":') + '"v":'.length, -1);

const leaseText = (lease: string): string => `"${lease}"`;

const lifeMs = (ttlMs: number | undefined): number | undefined => ttlMs && ttlMs + GRACE_MS;

const expiry = (ttlMs: number | undefined) => (ttlMs === undefined ? undefined : { PX: ttlMs + GRACE_MS });
