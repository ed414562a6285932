export { EMAIL_KINDS, type EmailKind } from './emails/email-kind.js';
export { Email, EMAIL_STATUSES, type EmailStatus } from './emails/email.entity.js';
export { MailQueue } from './emails/mail-queue.js';
export { Mailer, MailRefused, type OutgoingMail } from './mailer/mailer.js';
export { NotificationsModule } from './notifications.module.js';
export { Reminders } from './reminders/reminders.js';
