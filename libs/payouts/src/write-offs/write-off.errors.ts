import { DomainError, type ErrorKind, type Money } from '@app/kernel';

export class BalanceNotNegative extends DomainError {
  static readonly code = 'balance-not-negative';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'The vendor owes nothing in this currency';

  constructor(available: Money) {
    super(`${available.amount} ${available.currency} (minor units) are available`, { available });
  }
}
