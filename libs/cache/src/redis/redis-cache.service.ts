import type { Clock } from '@app/kernel';
import { ErrorReply } from '@redis/client';
import { CacheStats, type CacheOperation } from '../cache-stats.js';
import { CacheService, type Expiry, type Json } from '../cache.service.js';
import { add, checkTtl, notANumber, outOfRange, seal, type Envelope } from '../envelope.js';
import { RedisConnection } from './redis-connection.js';
import type { Held, RedisEntries } from './redis-entries.js';
import { SharedLoads, type Leases } from './shared-loads.js';

type Work<T> = (entries: RedisEntries) => Promise<T>;

/**
 * The cache that all processes share, ADR 21. While Redis is out of reach it is as good as empty, at once: see {@link RedisConnection}.
 * What it could not be told of is deleted before anything is read from it again.
 */
export class RedisCacheService extends CacheService<string> {
  readonly isShared = true;
  readonly stats = new CacheStats('redis');
  private readonly loads = new SharedLoads();

  constructor(
    private readonly connection: RedisConnection,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** @param url `redis://` or `rediss://`. Redis 6 or newer. */
  static at(url: string, clock: Clock): RedisCacheService {
    return new RedisCacheService(new RedisConnection(url), clock);
  }

  override get isReachable(): boolean {
    return this.connection.isServing;
  }

  /** The process starts with or without it. */
  async onModuleInit(): Promise<void> {
    await this.connection.open();
  }

  /** After the last request. */
  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }

  async get<T>(key: string): Promise<T | undefined> {
    const held = await this.attempt('read', (entries) => entries.get(key));
    return this.counted<T>(held)?.value;
  }

  async getMany<T>(keys: readonly string[]): Promise<(T | undefined)[]> {
    if (keys.length === 0) return [];
    const found = await this.attempt('read', (entries) => entries.getMany(keys));
    return keys.map((_, index) => this.counted<T>(found?.[index])?.value);
  }

  async set(key: string, value: unknown, { ttlMs }: Expiry = {}): Promise<void> {
    const envelope = seal(value, this.clock.now(), { ttlMs });
    await this.change([key], (entries) =>
      envelope ? entries.set(key, { envelope, ttlMs }) : entries.delete([key]),
    );
  }

  async setMany(entries: readonly (readonly [string, unknown])[], { ttlMs }: Expiry = {}): Promise<void> {
    const now = this.clock.now();
    const sealed = entries.map(([key, value]) => [key, seal(value, now, { ttlMs })] as const);
    if (sealed.length === 0) return;
    await this.change(
      sealed.map(([key]) => key),
      (entries) => entries.setMany(sealed, ttlMs),
    );
  }

  async exists(key: string): Promise<boolean> {
    const held = await this.attempt('read', (entries) => entries.get(key));
    return this.live(held) !== undefined;
  }

  async delete(key: string): Promise<void> {
    await this.change([key], (entries) => entries.delete([key]), 'delete');
  }

  async deletePattern(pattern: string): Promise<void> {
    try {
      await this.connection.run((entries) => entries.deletePattern(pattern));
    } catch {
      this.stats.failed('delete');
      this.connection.missedPattern(pattern);
    }
  }

  async clear(): Promise<void> {
    await this.deletePattern('*');
  }

  async increment(key: string, { by = 1, ttlMs }: Expiry & { readonly by?: number } = {}): Promise<number> {
    const now = this.clock.now();
    const zero = seal(0, now, { ttlMs }) as Envelope;
    add(zero, by); // refused in every state of Redis
    const sum = await this.attempt('increment', (entries) =>
      entries.increment(key, by, now, { envelope: zero, ttlMs }),
    );
    if (sum === 'not-a-number') throw notANumber();
    if (sum === 'out-of-range') throw outOfRange(by);
    return sum ?? by;
  }

  async wrap<T>(key: string, ttlMs: number, load: () => Promise<T>): Promise<Json<T>> {
    checkTtl(ttlMs);
    const arrivedAt = this.loads.arrive();
    const held = await this.attempt('read', (entries) => entries.get(key));
    const hit = this.counted<Json<T>>(held);
    if (hit) return hit.value;

    const found = typeof held === 'string' ? held : undefined;
    const json = await this.loads.join(key, arrivedAt, found, this.leases(ttlMs), async () =>
      seal(await load(), this.clock.now(), { ttlMs }),
    );
    return (json === undefined ? undefined : JSON.parse(json)) as Json<T>;
  }

  private leases(ttlMs: number): Leases {
    return {
      take: (key, lease) => this.attempt('lease', (entries) => entries.take(key, lease, this.clock.now())),
      settle: (key, lease, loaded) =>
        this.attempt('lease', (entries) => entries.settle(key, lease, loaded, ttlMs)),
    };
  }

  /** Undefined, too, when Redis fails. */
  private async attempt<T>(operation: CacheOperation, work: Work<T>): Promise<T | undefined> {
    try {
      return await this.connection.run(work);
    } catch {
      this.stats.failed(operation);
      return undefined;
    }
  }

  /** What Redis would not take (it is full, say) it may still delete. What it may not have heard of is kept in mind. */
  private async change(
    keys: readonly string[],
    work: Work<void>,
    operation: CacheOperation = 'write',
  ): Promise<void> {
    try {
      await this.connection.run(work);
    } catch (error) {
      this.stats.failed(operation);
      const isRefused = error instanceof ErrorReply;
      const isDeleted =
        isRefused && (await this.connection.run((entries) => entries.delete(keys)).then(yes, no));
      if (!isDeleted) this.connection.missedDeletions(keys);
    }
  }

  private counted<T>(held: Held | undefined): { readonly value: T } | undefined {
    const live = this.live(held);
    if (live) this.stats.hits++;
    else this.stats.misses++;
    return live && { value: live.v as T };
  }

  private live(held: Held | undefined): Exclude<Held, string> | undefined {
    if (typeof held !== 'object') return undefined;
    return held.x === null || this.clock.now().getTime() < held.x ? held : undefined;
  }
}

const yes = () => true;
const no = () => false;
