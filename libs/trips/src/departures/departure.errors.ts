import { DomainError, type ErrorKind } from '@app/kernel';

export class DepartureExists extends DomainError {
  static readonly code = 'departure-exists';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'The trip departs then already';

  constructor() {
    super('a departure of this trip starts at the same time: none was created');
  }
}

export class CapacityBelowSold extends DomainError {
  static readonly code = 'capacity-below-sold';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'More seats than that are held or booked';

  constructor(capacity: number) {
    super(`the capacity cannot become ${capacity}: more seats are held or booked`);
  }
}

export class DepartureOver extends DomainError {
  static readonly code = 'departure-over';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'The departure can no longer be changed';

  constructor(status: string) {
    super(`a departure changes until it starts or is cancelled; this one is ${status} and may have started`);
  }
}
