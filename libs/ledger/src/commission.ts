import { shareOf } from '@app/kernel';

/**
 * The platform's part of a booking: `floor(total x basisPoints / 10000)`, computed once, in minor units.
 * The vendor takes the remainder, so that the two always sum to the total.
 */
export function commissionOf(total: number, basisPoints: number): number {
  return shareOf(total, basisPoints);
}

/**
 * The platform's part of a refund: `max(0, floor(commission x refundedToDate / captured) - alreadyReversed)`, in minor units,
 * exact for every safe integer. The vendor bears the remainder. Rounding is of the running total, not of each refund, so that
 * refunds that add up to the whole payment give back exactly its commission.
 *
 * @example 100.00 with 20.01 commission, refunded 33.33 and then the rest: 6.66 and 13.35.
 */
export function commissionReversed(refund: {
  /** The platform's part of the payment. */
  commission: number;
  /** What the payment brought in; above 0. */
  captured: number;
  /** What has been refunded of it, this refund included. */
  refundedToDate: number;
  /** The platform's part of the earlier refunds. */
  alreadyReversed: number;
}): number {
  const { commission, captured, refundedToDate, alreadyReversed } = refund;
  const dueToDate = Number((BigInt(commission) * BigInt(refundedToDate)) / BigInt(captured));
  return Math.max(0, dueToDate - alreadyReversed);
}
