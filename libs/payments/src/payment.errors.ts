import { DomainError, type ErrorKind } from '@app/kernel';
import type { Payment } from './payment.entity.js';

export class PaymentDeclined extends DomainError {
  static readonly code = 'payment-declined';
  static readonly kind: ErrorKind = 'payment-required';
  static readonly title = 'The payment was declined';

  constructor({ id, failure }: Pick<Payment, 'id' | 'failure'>) {
    super(failure?.message ?? 'the payment did not succeed', { paymentId: id, failure });
  }
}

export class PaymentCanceled extends DomainError {
  static readonly code = 'payment-canceled';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'The payment was called off before it was through';

  constructor({ id }: Pick<Payment, 'id'>) {
    super('the booking was cancelled, expired or paid otherwise meanwhile; this attempt charges nothing', {
      paymentId: id,
    });
  }
}

export class GatewayUnavailable extends DomainError {
  static readonly code = 'gateway-unavailable';
  static readonly kind: ErrorKind = 'unavailable';
  static readonly title = 'The payment gateway takes no requests just now';

  constructor(retryAfterSeconds: number) {
    super('nothing was charged: try again in a moment', {}, retryAfterSeconds);
  }
}

export class CurrencyNotSettled extends DomainError {
  static readonly code = 'currency-not-settled';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'The payment gateway does not settle in this currency';

  /** @param currency ISO 4217. */
  constructor(currency: string) {
    super(`the booking is priced in ${currency}, in which nothing can be charged now`, { currency });
  }
}

export class PayoutAccountRefused extends DomainError {
  static readonly code = 'payout-account-refused';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'The payment gateway has no account for this vendor';

  /** @param reason the gateway's code. */
  constructor(country: string, reason: string) {
    super(`it refuses one for this business in ${country}`, { reason });
  }
}

export class IntentState extends DomainError {
  static readonly code = 'intent-state';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'The payment does not wait for an authentication';

  constructor(status: string) {
    super(`only a payment that requires an action can be authenticated; this one is ${status}`);
  }
}

export class RefundExceedsPayment extends DomainError {
  static readonly code = 'refund-exceeds-payment';
  static readonly kind: ErrorKind = 'conflict';
  static readonly title = 'More than what is left of the payment';

  constructor(refundable: { amount: number; currency: string }) {
    super(`${refundable.amount} ${refundable.currency} (minor units) can be refunded`, { refundable });
  }
}
