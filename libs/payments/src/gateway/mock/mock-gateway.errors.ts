import { DomainError, type ErrorKind } from '@app/kernel';

export class DisputeDecided extends DomainError {
  static readonly code = 'dispute-decided';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'The bank has decided the dispute already';

  constructor(status: string) {
    super(`only an open dispute can be closed; this one is ${status}`);
  }
}
