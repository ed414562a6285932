import { money, type Money } from '@app/kernel';
import { credit, debit, type JournalEntry, type Line } from './journal-entry.js';
import { commissionTaken, vendorShareTaken, type Remaining } from './remaining.js';

/** An amount and the platform's part of it, in the same minor units; the vendor's part is the remainder. */
interface Shared {
  readonly vendorId: string;
  readonly amount: Money;
  readonly commission: number;
}

interface OfPayment {
  readonly paymentId: string;
  readonly bookingId: string;
  readonly occurredAt: Date;
}

interface OfRefund {
  readonly refundId: string;
  readonly bookingId: string;
  readonly occurredAt: Date;
}

/**
 * Where shares go back to: until the booking's remainder is released ({@link releaseRemaining}) they are pending and deferred, once
 * it is over available and earned.
 */
interface Standing {
  readonly over: boolean;
}

/** Where shares are taken from: what the booking still has in `vendor:pending` and `commission:deferred` first, then from what was released. */
interface Source {
  readonly remaining: Remaining | undefined;
}

/** Money came in. Debit gateway:balance; credit vendor:pending, commission:deferred. `amount` is what was captured. */
export function paymentSucceeded(payment: OfPayment & Shared): JournalEntry {
  return ofPayment('payment.succeeded', payment, [
    debit('gateway:balance', payment.amount),
    ...shareLines(payment, { over: false }, credit),
  ]);
}

/** The gateway kept its fee, in whatever currency it keeps it. Debit platform:gateway_fees; credit gateway:balance. */
export function gatewayFee(payment: OfPayment & { readonly fee: Money }): JournalEntry {
  return ofPayment('payment.gateway_fee', payment, [
    debit('platform:gateway_fees', payment.fee),
    credit('gateway:balance', payment.fee),
  ]);
}

/**
 * Money is promised back. Debit what the booking has left in vendor:pending and commission:deferred, and what was released already
 * from vendor:available (below zero it is a clawback) and commission:revenue; credit refunds:in_flight.
 */
export function refundCreated(refund: OfRefund & Shared & Source): JournalEntry {
  const { vendorId, amount: total, commission } = refund;
  return ofRefund('refund.created', refund, [
    ...vendorShareTaken(vendorId, money(total.amount - commission, total.currency), refund.remaining),
    ...commissionTaken(money(commission, total.currency), refund.remaining),
    credit('refunds:in_flight', refund.amount),
  ]);
}

/** The gateway sent it back. Debit refunds:in_flight; credit gateway:balance. */
export function refundSettled(refund: OfRefund & { readonly amount: Money }): JournalEntry {
  return ofRefund('refund.settled', refund, [
    debit('refunds:in_flight', refund.amount),
    credit('gateway:balance', refund.amount),
  ]);
}

/** It had settled, and came back to the gateway: owed again. Debit gateway:balance; credit refunds:in_flight. */
export function refundFailedLater(refund: OfRefund & { readonly amount: Money }): JournalEntry {
  return ofRefund('refund.failed_later', refund, [
    debit('gateway:balance', refund.amount),
    credit('refunds:in_flight', refund.amount),
  ]);
}

/**
 * A failed refund will not be tried again: the shares return to those who bore it. Debit refunds:in_flight; credit vendor:available,
 * commission:revenue when the booking is over, else vendor:pending, commission:deferred. `commission` is what the refund reversed.
 */
export function refundAbandoned(refund: OfRefund & Shared & Standing): JournalEntry {
  return ofRefund('refund.abandoned', refund, [
    debit('refunds:in_flight', refund.amount),
    ...shareLines(refund, refund, credit),
  ]);
}

/**
 * The booking is completed, or was cancelled after confirmation with a fee kept: what remains for it is earned.
 * Debit vendor:pending, commission:deferred; credit vendor:available, commission:revenue.
 */
export function releaseRemaining(booking: {
  readonly bookingId: string;
  readonly vendorId: string;
  readonly remaining: Remaining;
  readonly occurredAt: Date;
}): JournalEntry {
  const { bookingId, vendorId, occurredAt } = booking;
  const { currency, vendorPending, commissionDeferred } = booking.remaining;
  const earned = money(vendorPending, currency);
  const revenue = money(commissionDeferred, currency);
  return {
    kind: 'booking.released',
    sourceType: 'booking',
    sourceId: bookingId,
    bookingId,
    occurredAt,
    lines: [
      debit({ name: 'vendor:pending', vendorId }, earned),
      debit('commission:deferred', revenue),
      credit({ name: 'vendor:available', vendorId }, earned),
      credit('commission:revenue', revenue),
    ],
  };
}

/**
 * What the gateway took in or paid out in `from`, it keeps in another currency: the two movements of `gateway:balance`, each
 * balanced in its currency through fx:clearing. Amounts are signed as gateway:balance sees them: a charge in EUR kept in USD comes
 * with `from` 10000 EUR and `to` 10900 USD, its refund with both negative.
 */
export function converted(conversion: {
  readonly kind: 'payment.converted' | 'refund.converted' | 'dispute.converted';
  readonly sourceId: string;
  readonly occurrence?: number;
  readonly bookingId: string;
  readonly occurredAt: Date;
  readonly from: Money;
  readonly to: Money;
}): JournalEntry {
  const { kind, sourceId, occurrence, bookingId, occurredAt, from, to } = conversion;
  const sourceType = kind.slice(0, kind.indexOf('.')) as 'payment' | 'refund' | 'dispute';
  const lines = [
    credit('gateway:balance', from),
    debit('fx:clearing', from),
    debit('gateway:balance', to),
    credit('fx:clearing', to),
  ];
  return { kind, sourceType, sourceId, occurrence, bookingId, occurredAt, lines };
}

/** @throws RangeError when the commission is not within the amount: a programming error. */
function shareLines(
  { vendorId, amount: total, commission }: Shared,
  { over }: Standing,
  side: typeof debit,
): Line[] {
  const { amount, currency } = total;
  if (commission < 0 || commission > amount)
    throw new RangeError(`commission ${commission} is not within 0 and ${amount}`);
  return [
    side(
      { name: over ? 'vendor:available' : 'vendor:pending', vendorId },
      money(amount - commission, currency),
    ),
    side(over ? 'commission:revenue' : 'commission:deferred', money(commission, currency)),
  ];
}

function ofPayment(
  kind: JournalEntry['kind'],
  { paymentId, bookingId, occurredAt }: OfPayment,
  lines: JournalEntry['lines'],
): JournalEntry {
  return { kind, sourceType: 'payment', sourceId: paymentId, bookingId, occurredAt, lines };
}

function ofRefund(
  kind: JournalEntry['kind'],
  { refundId, bookingId, occurredAt }: OfRefund,
  lines: JournalEntry['lines'],
): JournalEntry {
  return { kind, sourceType: 'refund', sourceId: refundId, bookingId, occurredAt, lines };
}
