import type { CancellingParty } from '@app/bookings';
import type { Money } from '@app/kernel';
import type { EmailKind } from '../emails/email-kind.js';
import type { BookingFacts } from './booking-facts.js';
import type { Format } from './format.js';
import type { Letter } from './letter.js';
import type { PayoutFacts } from './payout-facts.js';

interface Vendor {
  readonly vendorName: string;
}

/** In a mail: what lets its reader do something, as a link and by itself. */
interface Invitation {
  readonly url: string;
  readonly token: string;
}

/** All that the letter of each kind tells of, as it is when the letter is written. */
export interface LetterFacts {
  'booking-received': BookingFacts;
  'booking-confirmed': BookingFacts;
  'booking-cancelled': BookingFacts & { readonly refund: Money; readonly cancelledBy: CancellingParty };
  /** `returning`: what of the payment has gone back or is on its way. */
  'payment-receipt': BookingFacts & {
    readonly amount: Money;
    readonly paidAt: Date;
    readonly returning: Money;
  };
  'refund-arrived': BookingFacts & { readonly amount: Money };
  'payment-reminder': BookingFacts & { readonly holdExpiresAt: Date };
  'trip-reminder': BookingFacts;
  'vendor-approved': Vendor;
  'vendor-rejected': Vendor & { readonly reason: string };
  'vendor-suspended': Vendor & { readonly reason: string };
  'payout-notice': PayoutFacts;
  'verify-email': Invitation;
  'reset-password': Invitation;
  'password-changed': { readonly changedAt: Date };
  /** `vendorName` null: an endpoint of the platform's own. */
  'webhook-disabled': { readonly url: string; readonly vendorName: string | null };
}

/** Everything that is said in one language. Another one is another file in `locales/`, and a line in `locales/index.ts`. */
export interface Locale {
  /** BCP 47: how numbers and times are written for a reader who has not said it more precisely. */
  readonly tag: string;
  readonly direction: 'ltr' | 'rtl';
  /** @param name undefined: not one to greet anybody by. */
  greeting(name: string | undefined): string;
  /** @param brand the platform's name. */
  closing(brand: string): string;
  /** Beside a booking in the reader's calendar. */
  calendarNote(booking: BookingFacts): string;
  readonly unsubscribe: {
    /** Under each reminder, before the link. */
    readonly invitation: string;
    /** On the page that the link opens, and on the one after. */
    readonly question: string;
    readonly button: string;
    readonly done: string;
  };
  readonly letters: { readonly [Kind in EmailKind]: (facts: LetterFacts[Kind], format: Format) => Letter };
}
