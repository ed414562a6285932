import { money, type Money } from '@app/kernel';
import { debit, type Line } from './journal-entry.js';

/** What a booking still has in `vendor:pending` and `commission:deferred`: credit amounts, positive minor units. */
export interface Remaining {
  readonly currency: string;
  readonly vendorPending: number;
  readonly commissionDeferred: number;
}

/** Takes a vendor's share of a booking from where it is: from what is still pending, and what was released already from available. */
export function vendorShareTaken(vendorId: string, share: Money, remaining: Remaining | undefined): Line[] {
  const [held, released] = split(share, remaining?.vendorPending);
  return [
    debit({ name: 'vendor:pending', vendorId }, held),
    debit({ name: 'vendor:available', vendorId }, released),
  ];
}

/** Takes the platform's share of a booking from where it is: from what is still deferred, and what was released already from revenue. */
export function commissionTaken(share: Money, remaining: Remaining | undefined): Line[] {
  const [held, released] = split(share, remaining?.commissionDeferred);
  return [debit('commission:deferred', held), debit('commission:revenue', released)];
}

function split({ amount, currency }: Money, held = 0): [Money, Money] {
  const first = Math.min(amount, held);
  return [money(first, currency), money(amount - first, currency)];
}
