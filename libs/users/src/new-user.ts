import { newId } from '@app/kernel';
import { User } from './user.entity.js';

/** A user who has never been stored. */
export function newUser(
  details: Pick<User, 'email' | 'name' | 'role' | 'passwordHash'> &
    Partial<Pick<User, 'phone' | 'locale' | 'timeZone'>>,
  now: Date,
): User {
  return Object.assign(new User(), {
    phone: null,
    locale: 'en',
    timeZone: null,
    reminders: true,
    ...details,
    id: newId(),
    isActive: true,
    tokenVersion: 1,
    emailVerifiedAt: null,
    createdAt: now,
    updatedAt: now,
  });
}
