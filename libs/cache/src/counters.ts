import type { Clock } from '@app/kernel';
import type { Expiry } from './cache.service.js';
import { add, isLive, open, seal, type Envelope } from './envelope.js';

/** Some 250 bytes each: 5 MB when full. */
export const MOST_COUNTERS = 20_000;

/** How much room is made at a time, so that whoever fills it pays for the search once in so many. */
const ROOM = 1 / 10;

/**
 * Counters of one process, apart from whatever else it keeps: no amount of content pushes one out. When they are too many, windows that
 * are over go first, and then those that count the least: whoever wants his own forgotten must have as many others count as far.
 */
export class Counters {
  private readonly counters = new Map<string, Envelope>();

  constructor(
    private readonly clock: Clock,
    private readonly most = MOST_COUNTERS,
  ) {}

  find(key: string): Envelope | undefined {
    const counter = this.counters.get(key);
    return counter && isLive(counter, this.clock.now()) ? counter : undefined;
  }

  /**
   * As `CacheService.increment`.
   *
   * @param before what the key holds elsewhere, to go on from.
   */
  increment(
    key: string,
    { by = 1, ...expiry }: Expiry & { readonly by?: number } = {},
    before?: Envelope,
  ): number {
    const zero = seal(0, this.clock.now(), expiry) as Envelope;
    const counter = add(this.find(key) ?? before ?? zero, by);
    if (!this.counters.has(key) && this.counters.size >= this.most) this.makeRoom();
    this.counters.set(key, counter);
    return open<number>(counter);
  }

  delete(key: string): void {
    this.counters.delete(key);
  }

  deleteWhere(matches: (key: string) => boolean): void {
    for (const key of this.counters.keys()) if (matches(key)) this.counters.delete(key);
  }

  /** Those whose window is over. */
  dropEnded(): void {
    const now = this.clock.now();
    for (const [key, counter] of this.counters) if (!isLive(counter, now)) this.counters.delete(key);
  }

  private makeRoom(): void {
    this.dropEnded();
    const left = Math.floor(this.most * (1 - ROOM));
    for (let least = 1; this.counters.size > left; least *= 2) this.dropUpTo(least, left);
  }

  /** The oldest first. */
  private dropUpTo(count: number, left: number): void {
    for (const [key, counter] of this.counters) {
      if (this.counters.size <= left) return;
      if (open<number>(counter) <= count) this.counters.delete(key);
    }
  }
}
