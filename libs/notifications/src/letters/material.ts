import type { UserContact } from '@app/users';
import type { EmailFacts, EmailKind } from '../emails/email-kind.js';
import type { Email } from '../emails/email.entity.js';
import type { BookingFacts } from './booking-facts.js';
import type { LetterFacts } from './locale.js';
import type { Moot } from './moot.js';

/** What a letter is made of. */
export interface Material<Kind extends EmailKind> {
  readonly facts: LetterFacts[Kind];
  /** Instead of the user. */
  readonly to?: { readonly name: string; readonly email: string };
  /** To put into the reader's calendar. */
  readonly calendar?: BookingFacts;
}

export type EmailOf<Kind extends EmailKind> = Email & {
  readonly kind: Kind;
  readonly facts: EmailFacts[Kind];
};

/** Finds out what is true now. @param contact undefined: the account is deleted. */
export type Gatherer<Kind extends EmailKind> = (
  email: EmailOf<Kind>,
  contact: UserContact | undefined,
) => Promise<Material<Kind> | Moot>;

export type Gatherers<Kinds extends EmailKind> = { readonly [Kind in Kinds]: Gatherer<Kind> };
