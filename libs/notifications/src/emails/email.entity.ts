import { User } from '@app/users';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { EmailFacts, EmailKind } from './email-kind.js';

export const EMAIL_STATUSES = ['queued', 'sent', 'failed', 'dropped'] as const;

/**
 * `sent`: a mail server took it, or without one it was printed. `failed`: refused for good, or in vain for days. `dropped`: there was nothing to tell any more, or
 * nobody to tell it to.
 */
export type EmailStatus = (typeof EMAIL_STATUSES)[number];

/** One mail to one person. It is written when it is sent, so that it tells what is true then; only what came of it is kept. */
@Entity('emails')
@Unique('emails_once_key', ['kind', 'sourceId', 'userId'])
@Unique('emails_message_key', ['messageId'])
@Index('emails_user', ['userId', 'id'])
@Index('emails_about', ['aboutId', 'id'])
@Index('emails_status', ['status', 'id'])
@Index('emails_kind', ['kind', 'id'])
@Index('emails_settled', ['updatedAt'], { where: `status <> 'queued'` })
@Check('emails_status_check', `status IN ('queued', 'sent', 'failed', 'dropped')`)
export class Email {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'emails_pkey' })
  id: string;

  @Column('text')
  kind: EmailKind;

  /** What makes it once: the event's id; of a reminder, the booking's. */
  @Column('uuid', { name: 'source_id' })
  sourceId: string;

  /** The record that it tells of. */
  @Column('uuid', { name: 'about_id' })
  aboutId: string;

  /** Whose language and time zone it is written in. */
  @ForeignKey(() => User, { name: 'emails_user_fkey' })
  @Column('uuid', { name: 'user_id' })
  userId: string;

  @Column('jsonb')
  facts: EmailFacts[EmailKind];

  /** RFC 5322, with its angle brackets. The same at each attempt, so that who got it twice can tell. */
  @Column('text', { name: 'message_id' })
  messageId: string;

  /** Raised when an admin has a mail that was sent sent again. */
  @Column('integer', { default: 1 })
  copy: number;

  @Column('text')
  status: EmailStatus;

  /** Where it went. */
  @Column('text', { nullable: true })
  address: string | null;

  /** Also names the attempt: what comes of an earlier one is not written over a later one. */
  @Column('integer', { default: 0 })
  attempts: number;

  /** Of the last attempt; why it was dropped. */
  @Column('text', { name: 'last_error', nullable: true })
  lastError: string | null;

  /** Until then it belongs to whoever is sending it. */
  @Column('timestamptz', { name: 'claimed_until', nullable: true })
  claimedUntil: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;

  @Column('timestamptz', { name: 'sent_at', nullable: true })
  sentAt: Date | null;
}
