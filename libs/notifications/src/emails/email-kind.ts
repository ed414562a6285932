import type { CancellingParty } from '@app/bookings';
import type { Money } from '@app/kernel';

/** What the letter of each kind needs to know beside the record that it is about: ids, money and words of admins, never a secret. */
export interface EmailFacts {
  'booking-received': Record<never, never>;
  'booking-confirmed': Record<never, never>;
  'booking-cancelled': { refund: Money; cancelledBy: CancellingParty };
  /** `paidAt` ISO 8601. */
  'payment-receipt': { paymentId: string; amount: Money; paidAt: string };
  'refund-arrived': { amount: Money };
  'payment-reminder': Record<never, never>;
  'trip-reminder': Record<never, never>;
  'vendor-approved': Record<never, never>;
  'vendor-rejected': { reason: string };
  'vendor-suspended': { reason: string };
  'payout-notice': Record<never, never>;
  'verify-email': Record<never, never>;
  'reset-password': Record<never, never>;
  /** ISO 8601. */
  'password-changed': { changedAt: string };
  /** `vendorId` null: an endpoint of the platform's own. */
  'webhook-disabled': { url: string; vendorId: string | null };
}

export type EmailKind = keyof EmailFacts;

/** Each with what its `aboutId` names. */
export const ABOUT = {
  'booking-received': 'booking',
  'booking-confirmed': 'booking',
  'booking-cancelled': 'booking',
  'payment-receipt': 'booking',
  'refund-arrived': 'booking',
  'payment-reminder': 'booking',
  'trip-reminder': 'booking',
  'vendor-approved': 'vendor',
  'vendor-rejected': 'vendor',
  'vendor-suspended': 'vendor',
  'payout-notice': 'payout',
  'verify-email': 'user',
  'reset-password': 'user',
  'password-changed': 'user',
  'webhook-disabled': 'webhook endpoint',
} as const satisfies Readonly<Record<EmailKind, string>>;

export const EMAIL_KINDS = Object.keys(ABOUT) as EmailKind[];

/** What a user can switch off; of everything else there is a copy due. */
export const isReminder = (kind: EmailKind): boolean =>
  kind === 'payment-reminder' || kind === 'trip-reminder';
