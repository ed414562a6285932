import { DomainError, type ErrorKind } from '@app/kernel';

export class DeliveryNotWaiting extends DomainError {
  static readonly code = 'delivery-not-waiting';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'This delivery is not waiting';

  constructor(handler: string) {
    super(`${handler} is done with this event, is at work on it right now, or never owed it`);
  }
}
