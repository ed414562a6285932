import { Injectable } from '@nestjs/common';
import type { EmailKind } from '../emails/email-kind.js';
import { AccountLetters } from './account-letters.js';
import { BookingLetters } from './booking-letters.js';
import type { Gatherers } from './material.js';
import { VendorLetters } from './vendor-letters.js';

/** Where the letter of each kind comes from. A kind that none of them knows does not compile. */
@Injectable()
export class LetterSources {
  readonly gatherers: Gatherers<EmailKind>;

  constructor(bookings: BookingLetters, vendors: VendorLetters, accounts: AccountLetters) {
    this.gatherers = { ...bookings.gatherers, ...vendors.gatherers, ...accounts.gatherers };
  }
}
