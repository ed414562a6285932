import { DomainError, type ErrorKind } from '@app/kernel';

export class RefundNotFailed extends DomainError {
  static readonly code = 'refund-not-failed';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'Only a refund that has failed can be retried or abandoned';

  constructor({ status, retriedAs }: { status: string; retriedAs: string | null }) {
    super(
      retriedAs === null
        ? `this refund is ${status}`
        : `this refund was retried: what is owed now is the refund ${retriedAs}`,
      { refundStatus: status, ...(retriedAs !== null && { retriedAs }) },
    );
  }
}

/** What is given back to a booking that then lapses would be held back for ever. */
export class BookingUndecided extends DomainError {
  static readonly code = 'booking-undecided';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'The booking still waits for its payment';

  constructor() {
    super('abandon the refund once the booking is paid or its hold has lapsed, within minutes');
  }
}
