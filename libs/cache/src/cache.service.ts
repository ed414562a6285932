import type { CacheStats } from './cache-stats.js';

/** When a stored value ends. Without `ttlMs` (a positive whole number) it stays until deleted, or evicted for want of room. */
export interface Expiry {
  readonly ttlMs?: number;
}

/** What a value is after a trip through JSON: a Date, for one, has become its ISO 8601 string, and methods are gone. */
export type Json<T> = T extends { toJSON(): infer J }
  ? J
  : T extends readonly unknown[]
    ? { [K in keyof T]: Json<T[K]> }
    : T extends object
      ? { [K in keyof T as T[K] extends (...args: never) => unknown ? never : K]: Json<T[K]> }
      : T;

/**
 * The version of what is kept, what it is, and whose: `v1:trips:view:<id>`. Whoever changes the form of it counts its version up: of two
 * releases on one Redis, as while one replaces the other, neither then reads what the other wrote. A key without one does not compile.
 */
export type CacheKey = `v${number}:${string}`;

/**
 * A cache of JSON values, the same on every adapter (cache.contract.ts is the proof):
 *
 * - `undefined` is the only miss. A stored `0`, `''`, `false` or `null` is a hit; storing `undefined` deletes.
 * - A value comes back as a fresh copy, read from JSON: changing it never changes the cache.
 * - Time is the injected Clock's: a value set with `ttlMs` is gone once that many milliseconds have passed.
 * - A cache that fails costs speed, never a request: an adapter over a network logs and counts its errors, answers reads as a
 *   miss, skips writes, and lets `increment` answer as if it were the first.
 *
 * What does throw is misuse: RangeError for a `ttlMs` or `by` out of range, TypeError for a value that JSON cannot hold.
 *
 * Whoever changes what is cached deletes its keys after the commit; `ttlMs` is the backstop, not the plan.
 */
export abstract class CacheService<Key extends string = CacheKey> {
  /**
   * Whether every process sees what one of them writes and deletes. Where it is false, what others change all the time (bookings, seats)
   * is not to be cached at all, and what they change rarely only for seconds.
   */
  abstract readonly isShared: boolean;

  /** For metrics. */
  abstract readonly stats: CacheStats;

  /** Whether it answers at present. While it does not, everything is a miss. */
  get isReachable(): boolean {
    return true;
  }

  abstract get<T>(key: Key): Promise<T | undefined>;

  /** One result for each key, in the order asked. */
  abstract getMany<T>(keys: readonly Key[]): Promise<(T | undefined)[]>;

  abstract set(key: Key, value: unknown, expiry?: Expiry): Promise<void>;

  /** All with the same expiry. Of a key given twice, the last value stays. */
  abstract setMany(entries: readonly (readonly [key: Key, value: unknown])[], expiry?: Expiry): Promise<void>;

  abstract exists(key: Key): Promise<boolean>;

  abstract delete(key: Key): Promise<void>;

  /** @param pattern a whole key in which `*` stands for any characters, or none, e.g. `trips:list:*`; all others are literal. */
  abstract deletePattern(pattern: string): Promise<void>;

  abstract clear(): Promise<void>;

  /**
   * Adds `by` (a whole number, 1 if not given) to a counter that starts at 0, atomically, and returns the sum.
   * `ttlMs` counts from the first increment and later ones do not extend it: a counter is a fixed window.
   *
   * @throws TypeError when the key holds something other than a whole number.
   */
  abstract increment(key: Key, options?: Expiry & { readonly by?: number }): Promise<number>;

  /**
   * The cached value, or else what `load` returns, kept for `ttlMs`; `undefined` is returned but not kept. Callers who miss
   * together share one load; if it fails, all of them see its error, and the next caller tries again.
   *
   * A load that was under way when its key was deleted or written is not kept, and later callers do not share it:
   * it may have read what the change replaced.
   */
  abstract wrap<T>(key: Key, ttlMs: number, load: () => Promise<T>): Promise<Json<T>>;
}
