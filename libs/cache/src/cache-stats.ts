const OPERATIONS = ['read', 'write', 'delete', 'increment', 'lease'] as const;

export type CacheOperation = (typeof OPERATIONS)[number];

/** What a cache did since its process started. Reads that failed are misses, too. */
export class CacheStats {
  hits = 0;
  misses = 0;
  private readonly failures = new Map<CacheOperation, number>(OPERATIONS.map((operation) => [operation, 0]));

  constructor(readonly store: 'memory' | 'redis') {}

  failed(operation: CacheOperation): void {
    this.failures.set(operation, (this.failures.get(operation) ?? 0) + 1);
  }

  /** How many of each operation the cache could not do, and did without. */
  get errors(): ReadonlyMap<CacheOperation, number> {
    return this.failures;
  }
}
