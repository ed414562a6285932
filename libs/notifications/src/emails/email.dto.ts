import { EnumField, InstantField, IntegerField, PageOf, PageQuery, TextField, UuidField } from '@app/http';
import { ABOUT, EMAIL_KINDS, type EmailKind } from './email-kind.js';
import { EMAIL_STATUSES, type Email, type EmailStatus } from './email.entity.js';

export class EmailQuery extends PageQuery {
  @EnumField(EMAIL_STATUSES, { optional: true })
  status?: EmailStatus;

  @EnumField(EMAIL_KINDS, { optional: true })
  kind?: EmailKind;

  @UuidField({ optional: true, description: 'To this user' })
  userId?: string;

  @UuidField({ optional: true, description: 'E.g. a booking: all that was written about it' })
  aboutId?: string;
}

export class EmailView {
  @UuidField()
  id: string;

  @EnumField(EMAIL_KINDS, { example: 'booking-confirmed' })
  kind: EmailKind;

  @EnumField(EMAIL_STATUSES, {
    description:
      'sent: a mail server took it. failed: refused for good, or in vain for days. dropped: there was nothing to tell any more',
    example: 'sent',
  })
  status: EmailStatus;

  @UuidField()
  userId: string;

  @TextField({ nullable: true, description: 'Where it went; null before', example: 'ada@example.com' })
  to: string | null;

  @EnumField([...new Set(Object.values(ABOUT))], { description: 'What it tells of', example: 'booking' })
  about: string;

  @UuidField()
  aboutId: string;

  @TextField({ description: 'The same at every attempt, as mail programs show it' })
  messageId: string;

  @IntegerField({ example: 1 })
  attempts: number;

  @TextField({ nullable: true, description: 'Of the last attempt; why it was dropped' })
  lastError: string | null;

  @InstantField()
  createdAt: string;

  @InstantField({ nullable: true })
  sentAt: string | null;
}

export class EmailPage extends PageOf(EmailView) {}

/** What it says is no one else's business, admins included. */
export function toEmailView(email: Email): EmailView {
  const { id, kind, status, userId, address, aboutId, messageId, attempts, lastError } = email;
  return {
    id,
    kind,
    status,
    userId,
    to: address,
    about: ABOUT[kind],
    aboutId,
    messageId,
    attempts,
    lastError,
    createdAt: email.createdAt.toISOString(),
    sentAt: email.sentAt?.toISOString() ?? null,
  };
}
