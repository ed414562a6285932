import { DomainError, type ErrorKind } from '@app/kernel';

export class RateLimited extends DomainError {
  static readonly code = 'rate-limited';
  static readonly kind: ErrorKind = 'rate-limited';
  static readonly title = 'Too many requests';

  constructor(limit: number, withinMs: number, retryAfterSeconds: number) {
    const requests = limit === 1 ? 'request' : 'requests';
    super(
      `at most ${limit} such ${requests} are answered in ${withinMs / 1000} s: try again in ${retryAfterSeconds} s`,
      {},
      retryAfterSeconds,
    );
  }
}
