import type { Booking } from '@app/bookings';
import { money } from '@app/kernel';
import { commissionOf, converted, gatewayFee, paymentSucceeded, type JournalEntry } from '@app/ledger';
import type { PaymentOutcome } from './gateway/gateway-results.js';
import type { Payment } from './payment.entity.js';

export type Success = Extract<PaymentOutcome, { status: 'succeeded' }>;

/** What the books are told of a success: the capture, the gateway's fee, and what it became where the gateway keeps it in another currency. */
export function successJournals(payment: Payment, outcome: Success, booking: Booking): JournalEntry[] {
  const of = { paymentId: payment.id, bookingId: booking.id, occurredAt: payment.updatedAt };
  const amount = money(payment.captured, payment.currency);
  const commission = commissionOf(payment.captured, booking.commissionBps);
  const journals = [
    paymentSucceeded({ ...of, vendorId: booking.vendorId, amount, commission }),
    gatewayFee({ ...of, fee: outcome.fee }),
  ];
  if (!outcome.settled) return journals;
  const { paymentId: sourceId, ...rest } = of;
  const moved = { kind: 'payment.converted', sourceId, from: amount, to: outcome.settled } as const;
  return [...journals, converted({ ...rest, ...moved })];
}
