import { DomainError, type ErrorKind } from '@app/kernel';
import type { BookingStatus } from './booking-status.js';

export class DepartureSoldOut extends DomainError {
  static readonly code = 'departure-sold-out';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'Not enough seats are left on this departure';

  constructor(requested: number, seatsAvailable: number) {
    super(`${requested} seat(s) were asked for and ${seatsAvailable} can be had`, { seatsAvailable });
  }
}

export class DepartureClosed extends DomainError {
  static readonly code = 'departure-closed';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'This departure takes no bookings any more';

  constructor() {
    super('choose another departure: this one is past its cut-off, closed, cancelled or no longer offered');
  }
}

export class DepartureNotStarted extends DomainError {
  static readonly code = 'departure-not-started';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'The departure has not started yet';

  constructor(startsAt: Date) {
    super(`a booking can be completed from the start of its departure, ${startsAt.toISOString()}`);
  }
}

export class DepartureStarted extends DomainError {
  static readonly code = 'departure-started';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'The departure has already started';

  constructor(startsAt: Date) {
    super(
      `a booking can be cancelled until its departure starts; this one started ${startsAt.toISOString()}`,
    );
  }
}

export class BookingTransitionNotAllowed extends DomainError {
  static readonly code = 'booking-transition-not-allowed';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'The booking is not in a status that allows this';

  constructor(status: BookingStatus, wanted: BookingStatus) {
    super(`a booking that is ${status} cannot become ${wanted}`, { bookingStatus: status });
  }
}

export class BookingNotChangeable extends DomainError {
  static readonly code = 'booking-not-changeable';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'Departure and items can be changed only while the seats are held';

  constructor(status: BookingStatus) {
    super(`this booking is ${status} or its hold has lapsed: cancel it and book again`, {
      bookingStatus: status,
    });
  }
}

export class BookingNotPayable extends DomainError {
  static readonly code = 'booking-not-payable';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'The booking is not waiting for a payment';

  constructor(status: BookingStatus) {
    super('only a pending booking whose hold has not lapsed can be paid', { bookingStatus: status });
  }
}

export class PaymentInProgress extends DomainError {
  static readonly code = 'payment-in-progress';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'A payment of this booking is under way';

  constructor() {
    super('wait for the payment to succeed or fail, then try again', {}, 2);
  }
}
