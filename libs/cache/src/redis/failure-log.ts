import { Logger } from '@nestjs/common';

/** A failure this long after the one before it is news again. */
const QUIET_MS = 10_000;

/** Tells of a series of failures twice: when it begins, and when it is over. */
export class FailureLog {
  private readonly logger = new Logger('RedisCache');
  private lastFailureAt?: number;
  private operations = 0;

  /** @param cause of the failure, and of no interest beyond the first. */
  failed(cause: unknown): void {
    if (this.lastFailureAt === undefined)
      this.logger.warn({ err: cause }, 'Redis fails: the cache does without it until it is well again');
    this.lastFailureAt = performance.now();
  }

  operationFailed(cause: unknown): void {
    this.failed(cause);
    this.operations++;
  }

  /** One that succeeds ends the series only when none has failed for a while: reads may do well where writes do not. */
  operationSucceeded(): void {
    if (this.lastFailureAt !== undefined && performance.now() - this.lastFailureAt > QUIET_MS)
      this.recovered();
  }

  recovered(): void {
    if (this.lastFailureAt === undefined) return;
    this.logger.log(`Redis is well again; ${this.operations} operations went without it`);
    this.lastFailureAt = undefined;
    this.operations = 0;
  }
}
