/** What went wrong, in the client's terms; the HTTP filter maps each kind to one status. */
export type ErrorKind =
  | 'malformed' // 400: the request cannot be read
  | 'unauthenticated' // 401
  | 'payment-required' // 402
  | 'forbidden' // 403: this role can never do it
  | 'not-found' // 404: absent, or someone else's
  | 'timed-out' // 408: the request did not arrive in time
  | 'conflict' // 409: the present state forbids it
  | 'too-large' // 413
  | 'invalid' // 422: readable, but a value is wrong
  | 'rate-limited' // 429
  | 'headers-too-large' // 431
  | 'unavailable'; // 503: try again later

/** One wrong input. `field` is its path in the request, e.g. `items.0.quantity`. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** The static side of an error class: what documentation needs to know of it. */
export interface ProblemType {
  /** Stable and public: the last segment of the problem's `type`, e.g. `departure-sold-out`. */
  readonly code: string;
  readonly kind: ErrorKind;
  /** The same for every occurrence (RFC 9457 section 3.1.3). */
  readonly title: string;
}

/**
 * An error a client can understand. Each module declares its own subclasses in `<thing>.errors.ts`, with static `code`, `kind`
 * and `title`; the message says what was wrong with this request and what would be right.
 */
export abstract class DomainError extends Error {
  /**
   * @param details extra members of the problem document; never internals or someone else's data.
   * @param retryAfterSeconds becomes the `Retry-After` header.
   */
  constructor(
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
    this.name = new.target.name;
  }

  private get type(): ProblemType {
    return this.constructor as unknown as ProblemType;
  }

  get code(): string {
    return this.type.code;
  }

  get kind(): ErrorKind {
    return this.type.kind;
  }

  get title(): string {
    return this.type.title;
  }
}
