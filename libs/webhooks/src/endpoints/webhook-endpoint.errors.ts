import { DomainError, type ErrorKind } from '@app/kernel';

export class EndpointDisabled extends DomainError {
  static readonly code = 'webhook-endpoint-disabled';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'The webhook endpoint is disabled';

  constructor(id: string) {
    super(
      `nothing is sent to webhook endpoint ${id} until it is enabled: PATCH it with { "enabled": true } first`,
    );
  }
}

export class TooManyEndpoints extends DomainError {
  static readonly code = 'too-many-webhook-endpoints';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'There are as many webhook endpoints as there may be';

  constructor(limit: number) {
    super(`each vendor, and the platform, has at most ${limit} webhook endpoints: delete one first`, {
      limit,
    });
  }
}

export class RotatedTooOften extends DomainError {
  static readonly code = 'webhook-secret-rotated-too-often';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'The secret was replaced too often within a day';

  /** @param possibleAt ISO 8601. */
  constructor(limit: number, possibleAt: string) {
    super(`${limit} secrets before the present one still sign: the next can be made at ${possibleAt}`, {
      possibleAt,
    });
  }
}

export class TooManyReplays extends DomainError {
  static readonly code = 'too-many-webhook-replays';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'As many replays are under way as there may be';

  constructor(limit: number) {
    super(`at most ${limit} replays of a webhook endpoint are under way at once: wait for one to end`, {
      limit,
    });
  }
}
