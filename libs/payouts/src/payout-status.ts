export const PAYOUT_STATUSES = ['pending', 'in_transit', 'paid', 'failed', 'returned'] as const;

/**
 * `pending`: taken from the vendor's balance, and the gateway has not been asked yet. `in_transit`: it has been asked, or is just being.
 * `failed`: it refused, and the vendor has the balance back. `returned`: all of it came back.
 */
export type PayoutStatus = (typeof PAYOUT_STATUSES)[number];

/** What each status may become. A failed payout is pending again with its next attempt. */
export const PAYOUT_TRANSITIONS: Readonly<Record<PayoutStatus, readonly PayoutStatus[]>> = {
  pending: ['in_transit', 'failed'],
  in_transit: ['paid', 'failed'],
  paid: ['returned'],
  failed: ['pending'],
  returned: [],
};
