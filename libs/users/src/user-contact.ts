import type { User } from './user.entity.js';

/** What whoever writes to a user needs to know. Not for the API. */
export interface UserContact {
  readonly email: string;
  readonly name: string;
  /** BCP 47. */
  readonly locale: string;
  /** IANA; null: the platform's. */
  readonly timeZone: string | null;
  /** Whether they want to be reminded of what is to come. */
  readonly reminders: boolean;
  readonly emailVerifiedAt: Date | null;
  readonly isActive: boolean;
}

export function toUserContact(user: User): UserContact {
  const { email, name, locale, timeZone, reminders, emailVerifiedAt, isActive } = user;
  return { email, name, locale, timeZone, reminders, emailVerifiedAt, isActive };
}
