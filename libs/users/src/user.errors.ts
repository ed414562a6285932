import { DomainError, type ErrorKind } from '@app/kernel';

export class EmailTaken extends DomainError {
  static readonly code = 'email-taken';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'There is an account with this e-mail address';

  constructor() {
    super('this e-mail address has an account already: sign in, or register another address');
  }
}

/** The same for an unknown address, a wrong password and a closed account: which one it was is nobody's business. */
export class InvalidCredentials extends DomainError {
  static readonly code = 'invalid-credentials';
  static readonly kind: ErrorKind = 'unauthenticated';
  static readonly title = 'E-mail address and password do not match';

  constructor() {
    super('no open account has this e-mail address and this password');
  }
}

export class LastOwner extends DomainError {
  static readonly code = 'last-owner';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'A vendor has no other owner';

  constructor() {
    super('this is the only active owner of a vendor: have the vendor suspended or rejected first');
  }
}

export class LastAdmin extends DomainError {
  static readonly code = 'last-admin';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'There is no other admin';

  constructor() {
    super('this is the only active admin: there must be another one first');
  }
}

/** Not ours, too old, used before, or for an address that has changed: which one it was is nobody's business. */
export class InvalidToken extends DomainError {
  static readonly code = 'invalid-token';
  static readonly kind: ErrorKind = 'invalid';
  static readonly title = 'The token is not valid';

  constructor() {
    const message = 'is not valid any more, or never was: ask for another mail';
    super(`token: ${message}`, { errors: [{ field: 'token', message }] });
  }
}

export class InvalidRefreshToken extends DomainError {
  static readonly code = 'invalid-refresh-token';
  static readonly kind: ErrorKind = 'unauthenticated';
  static readonly title = 'The refresh token is not valid';

  constructor() {
    super('the refresh token is unknown, has run out, or was used before: sign in again');
  }
}
