import { DomainError, type ErrorKind } from '@app/kernel';

export class VendorRequired extends DomainError {
  static readonly code = 'vendor-required';
  static readonly kind: ErrorKind = 'forbidden';
  static readonly title = 'This account acts for no vendor';

  constructor() {
    super('only vendors offer trips: register one with POST /vendors');
  }
}

export class TripArchived extends DomainError {
  static readonly code = 'trip-archived';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'The trip is archived';

  constructor() {
    super('an archived trip stays as it is: create a new one');
  }
}

/** Something that the trip's departures or bookings stand on cannot change under them. */
export class TripInUse extends DomainError {
  static readonly code = 'trip-in-use';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'The trip is in use';

  static currency(): TripInUse {
    return new TripInUse('the currency is fixed once seats are held or booked: create a new trip');
  }

  static timeZone(): TripInUse {
    return new TripInUse(
      'the time zone is fixed once there are departures: cancel them, or create a new trip',
    );
  }
}
