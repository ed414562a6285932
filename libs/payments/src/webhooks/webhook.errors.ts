import { DomainError, type ErrorKind } from '@app/kernel';

export class UnverifiedWebhook extends DomainError {
  static readonly code = 'webhook-unverified';
  static readonly kind: ErrorKind = 'malformed';
  static readonly title = 'This is not news of the payment gateway’s';
}
