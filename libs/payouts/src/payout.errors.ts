import { DomainError, type ErrorKind, type Money } from '@app/kernel';
import type { PayoutStatus } from './payout-status.js';

export class PayoutNotFailed extends DomainError {
  static readonly code = 'payout-not-failed';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'The payout has not failed';

  constructor(status: PayoutStatus) {
    super(`only a payout that failed can be tried again; this one is ${status}`, { payoutStatus: status });
  }
}

export class PayoutExceedsBalance extends DomainError {
  static readonly code = 'payout-exceeds-balance';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'The balance of the vendor no longer covers the payout';

  constructor(available: Money) {
    super(`${available.amount} ${available.currency} (minor units) are available`, { available });
  }
}

export class VendorNotPayable extends DomainError {
  static readonly code = 'vendor-not-payable';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'Nothing is paid out to this vendor now';

  /** @param reason as a payout run names it. */
  constructor(reason: string) {
    super(`the vendor must be approved and his account at the gateway enabled: ${reason}`, { reason });
  }
}

export class PayoutNotReversible extends DomainError {
  static readonly code = 'payout-not-reversible';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'The payout cannot be reversed now';

  constructor(why: string, status: PayoutStatus) {
    super(why, { payoutStatus: status });
  }
}

/** The message is the gateway's. */
export class ReversalRefused extends DomainError {
  static readonly code = 'reversal-refused';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'The gateway does not give the money back';
}
