import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { memoryStore } from 'cache-manager';
import { CacheStats } from './cache-stats.js';
import { CacheService, type Expiry, type Json } from './cache.service.js';
import { Counters } from './counters.js';
import { checkTtl, isLive, open, seal, type Envelope } from './envelope.js';
import type { Siblings } from './siblings.js';
import { SingleFlight } from './single-flight.js';

/** The least recently used make room for the new. More would serve few: what is kept here lasts for seconds, most of it. */
export const MEMORY_LIMITS = { entries: 10_000, bytes: 6 * 1024 * 1024 } as const;

/** What an entry takes beside its key and its text. */
const ENTRY_BYTES = 150;

/** How often what has expired is looked for, while there are writes: it takes a millisecond or two when the cache is full. */
const SWEEP_MS = 5_000;

/** The cache of one process. Its {@link Siblings} are told of its deletions, other processes are not: those share a Redis. */
@Injectable()
export class MemoryCacheService extends CacheService<string> {
  readonly isShared = false;
  readonly stats = new CacheStats('memory');
  private readonly store = memoryStore({
    ttl: 0, // none of its own: the Clock judges
    max: MEMORY_LIMITS.entries,
    maxSize: MEMORY_LIMITS.bytes,
    sizeCalculation: (envelope, key) => ENTRY_BYTES + key.length + bytesOf((envelope as Envelope).text),
    shouldCloneBeforeSet: false, // an envelope is immutable
  });
  private readonly counters: Counters;
  private readonly flights = new SingleFlight<Envelope | undefined>();
  private lastWrite: Promise<unknown> = Promise.resolve();
  private sweptAtMs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly siblings?: Siblings,
  ) {
    super();
    this.counters = new Counters(clock);
    siblings?.whenTold((what) => ('key' in what ? this.forget(what.key) : this.forgetMatching(what.pattern)));
  }

  async get<T>(key: string): Promise<T | undefined> {
    const envelope = this.counted(await this.held(key));
    return envelope && open<T>(envelope);
  }

  async getMany<T>(keys: readonly string[]): Promise<(T | undefined)[]> {
    return Promise.all(keys.map((key) => this.get<T>(key)));
  }

  async set(key: string, value: unknown, expiry: Expiry = {}): Promise<void> {
    await this.setMany([[key, value]], expiry);
  }

  async setMany(entries: readonly (readonly [string, unknown])[], expiry: Expiry = {}): Promise<void> {
    const now = this.clock.now();
    const sealed = entries.map(([key, value]) => [key, seal(value, now, expiry)] as const);
    for (const [key] of sealed) this.flights.forget(key);
    await this.inTurn(async () => {
      for (const [key, envelope] of sealed) {
        this.counters.delete(key);
        await (envelope ? this.store.set(key, envelope) : this.store.del(key));
      }
    });
  }

  async exists(key: string): Promise<boolean> {
    return this.live(await this.held(key)) !== undefined;
  }

  async delete(key: string): Promise<void> {
    await Promise.all([this.forget(key), this.siblings?.forget({ key })]);
  }

  async deletePattern(pattern: string): Promise<void> {
    await Promise.all([this.forgetMatching(pattern), this.siblings?.forget({ pattern })]);
  }

  async clear(): Promise<void> {
    await this.deletePattern('*');
  }

  private async forget(key: string): Promise<void> {
    this.flights.forget(key);
    await this.inTurn(() => this.drop(key));
  }

  private async forgetMatching(pattern: string): Promise<void> {
    const glob = globExpression(pattern);
    this.flights.forgetWhere((key) => glob.test(key));
    await this.inTurn(async () => {
      this.counters.deleteWhere((key) => glob.test(key));
      const keys = await this.store.keys();
      await this.store.mdel(...keys.filter((key) => glob.test(key)));
    });
  }

  async increment(key: string, options: Expiry & { readonly by?: number } = {}): Promise<number> {
    this.flights.forget(key);
    return this.inTurn(async () => {
      const before = this.live(await this.store.get<Envelope>(key));
      const sum = this.counters.increment(key, options, before);
      if (before) await this.store.del(key);
      return sum;
    });
  }

  async wrap<T>(key: string, ttlMs: number, load: () => Promise<T>): Promise<Json<T>> {
    checkTtl(ttlMs);
    // Most calls end here, and every request makes some: one promise, and no flight.
    const hit = this.counted(await this.held(key));
    if (hit) return open<Json<T>>(hit);

    const envelope = await this.flights.join(key, async (isCurrent) => {
      const loadedMeanwhile = this.live(await this.held(key));
      if (loadedMeanwhile) return loadedMeanwhile;
      const loaded = seal(await load(), this.clock.now(), { ttlMs });
      await this.inTurn(async () => {
        if (loaded && isCurrent()) await this.store.set(key, loaded);
      });
      return loaded;
    });
    return (envelope && open(envelope)) as Json<T>;
  }

  /** A key is in one of the two: where it was written last. */
  private held(key: string): Envelope | undefined | Promise<Envelope | undefined> {
    return this.counters.find(key) ?? this.store.get<Envelope>(key);
  }

  private async drop(key: string): Promise<void> {
    this.counters.delete(key);
    await this.store.del(key);
  }

  private counted(found: Envelope | undefined): Envelope | undefined {
    const envelope = this.live(found);
    if (envelope) this.stats.hits++;
    else this.stats.misses++;
    return envelope;
  }

  private live(found: Envelope | undefined): Envelope | undefined {
    return found && isLive(found, this.clock.now()) ? found : undefined;
  }

  /** The store answers asynchronously even in memory, so an increment must keep other writes out between its read and its write. */
  private inTurn<R>(write: () => Promise<R>): Promise<R> {
    const turn = this.lastWrite.then(async () => {
      await this.sweepWhenDue();
      return write();
    });
    this.lastWrite = turn.catch(() => undefined);
    return turn;
  }

  /** The store's own ttl would need a timer for each entry, and go by another clock. To read all, the least recent first, changes no order. */
  private async sweepWhenDue(): Promise<void> {
    const now = this.clock.now();
    if (now.getTime() - this.sweptAtMs < SWEEP_MS) return;
    this.sweptAtMs = now.getTime();
    this.counters.dropEnded();
    const keys = (await this.store.keys()).toReversed();
    const envelopes = (await this.store.mget(...keys)) as (Envelope | undefined)[];
    const ended = keys.filter((_, index) => !this.live(envelopes[index]));
    await this.store.mdel(...ended);
  }
}

function globExpression(pattern: string): RegExp {
  const literals = pattern.split(/\*+/).map((literal) => literal.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${literals.join('.*')}$`, 's');
}

/** One for each character, or two once a single one is beyond Latin-1. */
const bytesOf = (text: string): number => text.length * (/[\u0100-\uffff]/.test(text) ? 2 : 1);
