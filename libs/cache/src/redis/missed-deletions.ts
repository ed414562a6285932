import type { RedisEntries } from './redis-entries.js';

/** Beyond these, everything is deleted instead. */
const MOST_KEYS = 1_000;
const MOST_PATTERNS = 20;

/** What Redis may still hold and must not be asked for: keys that were changed while it could not be told. */
export class MissedDeletions {
  private readonly keys = new Set<string>();
  private readonly patterns = new Set<string>();

  get isEmpty(): boolean {
    return this.keys.size === 0 && this.patterns.size === 0;
  }

  add(keys: readonly string[]): void {
    if (this.patterns.has('*')) return;
    for (const key of keys) this.keys.add(key);
    if (this.keys.size > MOST_KEYS) this.addPattern('*');
  }

  addPattern(pattern: string): void {
    if (pattern === '*' || this.patterns.size >= MOST_PATTERNS) {
      this.keys.clear();
      this.patterns.clear();
      this.patterns.add('*');
    } else if (!this.patterns.has('*')) {
      this.patterns.add(pattern);
    }
  }

  /** Deletes all of it, and what is added meanwhile. @throws what Redis does; nothing is forgotten then. */
  async settle(entries: RedisEntries): Promise<void> {
    while (!this.isEmpty) {
      const [patterns, keys] = [[...this.patterns], [...this.keys]];
      this.patterns.clear();
      this.keys.clear();
      try {
        for (const pattern of patterns) await entries.deletePattern(pattern);
        await entries.delete(keys);
      } catch (error) {
        for (const pattern of patterns) this.addPattern(pattern);
        this.add(keys);
        throw error;
      }
    }
  }
}
