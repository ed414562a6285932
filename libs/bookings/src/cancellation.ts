import { floorToStep, shareOf, type Money } from '@app/kernel';
import type { CancellationPolicy, CancellationTier } from '@app/trips';

export type CancellingParty = 'traveller' | 'vendor' | 'admin';

export interface CancellationQuote {
  readonly refund: Money;
  /** What is kept of the money that is not already refunded, being refunded, or taken back by a bank. */
  readonly fee: Money;
  /** The tier that applies; null when the policy gives nothing back any more, and when it is not the traveller who cancels. */
  readonly tier: CancellationTier | null;
}

const FULL_BPS = 10_000;
const MINUTE_MS = 60_000;

/** Of a booking; amounts are minor units. */
interface Cancellable {
  readonly currency: string;
  readonly paid: number;
  readonly refundCommitted: number;
  /** Taken back by a bank. */
  readonly disputed: number;
  readonly startsAt: Date;
  readonly policySnapshot: CancellationPolicy;
}

/**
 * What cancelling at `now` gives back: `max(0, floorToStep(paid x refundBps / 10000) - refundCommitted - disputed)`. A traveller is refunded by
 * the policy his booking was made under; whoever else cancels gives back everything.
 */
export function quoteCancellation(booking: Cancellable, by: CancellingParty, now: Date): CancellationQuote {
  const { currency, paid } = booking;
  const gone = booking.refundCommitted + booking.disputed;
  const tier = by === 'traveller' ? tierAt(booking.policySnapshot, booking.startsAt, now) : null;
  const refundBps = by === 'traveller' ? (tier?.refundBps ?? 0) : FULL_BPS;
  const entitled = refundBps === FULL_BPS ? paid : floorToStep(shareOf(paid, refundBps), currency);
  const refund = Math.max(0, entitled - gone);
  return {
    refund: { amount: refund, currency },
    fee: { amount: paid - gone - refund, currency },
    tier,
  };
}

/** Elapsed minutes count, not calendar days: daylight saving between now and the start changes nothing. */
function tierAt({ tiers }: CancellationPolicy, startsAt: Date, now: Date): CancellationTier | null {
  const minutesBefore = (startsAt.getTime() - now.getTime()) / MINUTE_MS;
  return tiers.find(({ untilMinutesBefore }) => minutesBefore >= untilMinutesBefore) ?? null;
}
