import {
  BooleanField,
  EmailField,
  EnumField,
  InstantField,
  ListField,
  LocaleField,
  ObjectField,
  PageOf,
  PasswordField,
  PhoneField,
  TextField,
  TimeZoneField,
  UuidField,
} from '@app/http';
import type { Session } from './auth/session.entity.js';
import type { User } from './user.entity.js';

export type ShownRole = 'traveller' | 'vendor' | 'admin';

export class UserView {
  @UuidField()
  id: string;

  @EmailField()
  email: string;

  @TextField({ example: 'Ada Lovelace' })
  name: string;

  @PhoneField({ nullable: true })
  phone: string | null;

  @EnumField(['traveller', 'vendor', 'admin'] satisfies ShownRole[], {
    description: '`vendor`: a traveller who also acts for a vendor',
    example: 'traveller',
  })
  role: ShownRole;

  @InstantField({ nullable: true, description: 'Null: the address is not known to be theirs' })
  emailVerifiedAt: string | null;

  @LocaleField({ description: 'The language they are written to in (BCP 47)' })
  locale: string;

  @TimeZoneField({ nullable: true, description: 'IANA; null: that of the platform' })
  timeZone: string | null;

  @BooleanField({ description: 'Whether they are reminded of trips and payments by mail', example: true })
  reminders: boolean;

  @BooleanField({ description: 'False: cannot sign in', example: true })
  isActive: boolean;

  @InstantField()
  createdAt: string;

  @InstantField()
  updatedAt: string;
}

export class UserPage extends PageOf(UserView) {}

/** What is left out stays as it is. */
export class UpdateUser {
  @TextField({ optional: true, example: 'Ada King' })
  name?: string;

  @PhoneField({ optional: true, nullable: true, description: 'Null removes it' })
  phone?: string | null;

  @LocaleField({ optional: true, description: 'The language to be written to in (BCP 47)' })
  locale?: string;

  @TimeZoneField({ optional: true, nullable: true, description: 'IANA; null: that of the platform' })
  timeZone?: string | null;

  @BooleanField({
    optional: true,
    description: 'Whether to be reminded of trips and payments by mail. Receipts come anyway',
    example: false,
  })
  reminders?: boolean;

  @PasswordField({ optional: true, description: 'Needed with `newPassword`' })
  currentPassword?: string;

  @PasswordField({
    optional: true,
    description: 'Signs you out everywhere: sign in again with it',
    example: 'battery staple correct horse',
  })
  newPassword?: string;
}

export class SessionView {
  @UuidField()
  id: string;

  @InstantField()
  createdAt: string;

  @InstantField()
  expiresAt: string;

  @InstantField({ nullable: true, description: 'When it was signed out, or replaced by a newer one' })
  revokedAt: string | null;
}

export class UserExport {
  @InstantField()
  exportedAt: string;

  @ObjectField(() => UserView)
  user: UserView;

  @InstantField({ nullable: true })
  emailVerifiedAt: string | null;

  @ListField(() => SessionView, { maxItems: 1000, description: 'The newest first, the last 1000' })
  sessions: SessionView[];
}

export function toUserView(user: User, actsForVendor: boolean): UserView {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    phone: user.phone,
    role: user.role === 'traveller' && actsForVendor ? 'vendor' : user.role,
    emailVerifiedAt: user.emailVerifiedAt?.toISOString() ?? null,
    locale: user.locale,
    timeZone: user.timeZone,
    reminders: user.reminders,
    isActive: user.isActive,
    createdAt: user.createdAt.toISOString(),
    updatedAt: user.updatedAt.toISOString(),
  };
}

export function toSessionView(session: Session): SessionView {
  return {
    id: session.id,
    createdAt: session.createdAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
    revokedAt: session.revokedAt?.toISOString() ?? null,
  };
}
