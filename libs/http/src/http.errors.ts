import { DomainError, type ErrorKind, type FieldError } from '@app/kernel';

export class MalformedRequest extends DomainError {
  static readonly code = 'malformed-request';
  static readonly kind: ErrorKind = 'malformed';
  static readonly title = 'The request cannot be read';
}

export class InvalidRequest extends DomainError {
  static readonly code = 'invalid-request';
  static readonly kind: ErrorKind = 'invalid';
  static readonly title = 'A value in the request is not acceptable';

  constructor(errors: readonly FieldError[]) {
    super(errors.map(({ field, message }) => `${field}: ${message}`).join('; '), { errors });
  }

  static field(field: string, message: string): InvalidRequest {
    return new InvalidRequest([{ field, message }]);
  }
}

export class Unauthenticated extends DomainError {
  static readonly code = 'unauthenticated';
  static readonly kind: ErrorKind = 'unauthenticated';
  static readonly title = 'A valid access token is needed';
}

export class Forbidden extends DomainError {
  static readonly code = 'forbidden';
  static readonly kind: ErrorKind = 'forbidden';
  static readonly title = 'This account may not do that';
}

/** Also what someone else's resource answers: that it exists is none of the caller's business. */
export class ResourceNotFound extends DomainError {
  static readonly code = 'not-found';
  static readonly kind: ErrorKind = 'not-found';
  static readonly title = 'There is no such resource';

  constructor(resource: string, id?: string) {
    super(id === undefined ? `there is no such ${resource}` : `there is no ${resource} ${id} for you`);
  }
}

export class BodyTooLarge extends DomainError {
  static readonly code = 'body-too-large';
  static readonly kind: ErrorKind = 'too-large';
  static readonly title = 'The body is over the limit';
}

export class HeadersTooLarge extends DomainError {
  static readonly code = 'headers-too-large';
  static readonly kind: ErrorKind = 'headers-too-large';
  static readonly title = 'The headers are over the limit';
}

export class RequestTimedOut extends DomainError {
  static readonly code = 'request-timed-out';
  static readonly kind: ErrorKind = 'timed-out';
  static readonly title = 'The request took too long to arrive';
}

export class Unavailable extends DomainError {
  static readonly code = 'temporarily-unavailable';
  static readonly kind: ErrorKind = 'unavailable';
  static readonly title = 'Try again in a moment';

  /** Whoever is turned away is told when to come back, also where nobody thought of it. */
  constructor(message: string, details?: Readonly<Record<string, unknown>>, retryAfterSeconds = 1) {
    super(message, details, retryAfterSeconds);
  }
}

/** What a client sees of an error nobody foresaw; the log has the rest, under the same request id. */
export const InternalError = {
  code: 'internal-error',
  title: 'Something went wrong on our side',
  status: 500,
} as const;
