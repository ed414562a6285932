import { DomainError, type ErrorKind } from '@app/kernel';

export class RequestInProgress extends DomainError {
  static readonly code = 'request-in-progress';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'The first request with this Idempotency-Key is still being worked on';

  constructor() {
    super('ask again in a second', {}, 1);
  }
}

export class IdempotencyKeyReused extends DomainError {
  static readonly code = 'idempotency-key-reused';
  static readonly kind: ErrorKind = 'invalid';
  static readonly title = 'This Idempotency-Key belongs to another request';

  constructor() {
    super('the key was first sent with another route or body: use a new key for a new request');
  }
}
