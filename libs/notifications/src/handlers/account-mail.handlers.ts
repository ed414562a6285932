import type { Tx } from '@app/database';
import {
  EmailVerificationRequested,
  PasswordChanged,
  PasswordResetRequested,
  UserRegistered,
  type Delivered,
  type DomainEventHandler,
} from '@app/events';
import { EventsHandler } from '@nestjs/cqrs';
import { MailQueue } from '../emails/mail-queue.js';

@EventsHandler(UserRegistered, EmailVerificationRequested)
export class MailVerification implements DomainEventHandler<UserRegistered | EmailVerificationRequested> {
  constructor(private readonly mail: MailQueue) {}

  async handle({ eventId, payload: { userId } }: Delivered<UserRegistered>, tx: Tx): Promise<void> {
    const of = { sourceId: eventId, aboutId: userId, userId };
    await this.mail.queue([{ kind: 'verify-email', ...of, facts: {} }], tx);
  }
}

@EventsHandler(PasswordResetRequested)
export class MailPasswordReset implements DomainEventHandler<PasswordResetRequested> {
  constructor(private readonly mail: MailQueue) {}

  async handle({ eventId, payload: { userId } }: Delivered<PasswordResetRequested>, tx: Tx): Promise<void> {
    const of = { sourceId: eventId, aboutId: userId, userId };
    await this.mail.queue([{ kind: 'reset-password', ...of, facts: {} }], tx);
  }
}

@EventsHandler(PasswordChanged)
export class MailPasswordChanged implements DomainEventHandler<PasswordChanged> {
  constructor(private readonly mail: MailQueue) {}

  async handle({ eventId, payload, occurredAt }: Delivered<PasswordChanged>, tx: Tx): Promise<void> {
    const { userId } = payload;
    const of = { sourceId: eventId, aboutId: userId, userId };
    const facts = { changedAt: occurredAt.toISOString() };
    await this.mail.queue([{ kind: 'password-changed', ...of, facts }], tx);
  }
}
