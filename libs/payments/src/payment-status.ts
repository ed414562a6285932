export const PAYMENT_STATUSES = [
  'pending',
  'requires_action',
  'processing',
  'succeeded',
  'failed',
  'canceled',
  'unknown',
] as const;

/** `pending`: begun, and the gateway's answer is still to come. `unknown`: that answer never came, the money may have moved. */
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/**
 * What each status may become. A success is money whenever it comes, also after we had given the attempt up; a failure that comes
 * after a success, or again, changes nothing.
 */
export const PAYMENT_TRANSITIONS: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  pending: ['requires_action', 'processing', 'succeeded', 'failed', 'canceled', 'unknown'],
  requires_action: ['processing', 'succeeded', 'failed', 'canceled', 'unknown'],
  processing: ['requires_action', 'succeeded', 'failed', 'canceled', 'unknown'],
  unknown: ['requires_action', 'processing', 'succeeded', 'failed', 'canceled'],
  succeeded: [],
  failed: ['succeeded'],
  canceled: ['succeeded'],
};

/** In these an attempt may still bring money by itself; `payments_one_live` allows one such attempt, or a success, per booking. */
export const OPEN_STATUSES: readonly PaymentStatus[] = [
  'pending',
  'requires_action',
  'processing',
  'unknown',
];
