import { CONFIG, type Config } from '@app/config';
import { UsersModule } from '@app/users';
import { VendorsModule } from '@app/vendors';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EmailUpkeep } from './emails/email-upkeep.js';
import { Email } from './emails/email.entity.js';
import { EmailsController } from './emails/emails.controller.js';
import { EmailsRepository } from './emails/emails.repository.js';
import { Emails } from './emails/emails.service.js';
import { MailQueue } from './emails/mail-queue.js';
import { MailSlots } from './emails/mail-slots.js';
import { Postman } from './emails/postman.js';
import { SendEmail } from './emails/send-email.job.js';
import {
  MailPasswordChanged,
  MailPasswordReset,
  MailVerification,
} from './handlers/account-mail.handlers.js';
import {
  MailBookingCancelled,
  MailBookingConfirmed,
  MailBookingReceived,
  MailPaymentReceipt,
  MailRefundArrived,
} from './handlers/booking-mail.handlers.js';
import {
  MailPayoutNotice,
  MailVendorApproved,
  MailVendorRejected,
  MailVendorSuspended,
  MailWebhookDisabled,
} from './handlers/vendor-mail.handlers.js';
import { AccountLetters } from './letters/account-letters.js';
import { BookingFactsReader } from './letters/booking-facts.js';
import { BookingLetters } from './letters/booking-letters.js';
import { Composer } from './letters/composer.js';
import { LetterSources } from './letters/letter-sources.js';
import { Links } from './letters/links.js';
import { PayoutFactsReader } from './letters/payout-facts.js';
import { VendorLetters } from './letters/vendor-letters.js';
import { ConsoleMailer } from './mailer/console-mailer.js';
import { Mailer } from './mailer/mailer.js';
import { SmtpMailer } from './mailer/smtp-mailer.js';
import { Reminders } from './reminders/reminders.js';
import { UnsubscribeController } from './reminders/unsubscribe.controller.js';

const handlers = [
  MailBookingCancelled,
  MailBookingConfirmed,
  MailBookingReceived,
  MailPasswordChanged,
  MailPasswordReset,
  MailPaymentReceipt,
  MailPayoutNotice,
  MailRefundArrived,
  MailVendorApproved,
  MailVendorRejected,
  MailVendorSuspended,
  MailVerification,
  MailWebhookDisabled,
];
const letters = [
  AccountLetters,
  BookingFactsReader,
  BookingLetters,
  Composer,
  LetterSources,
  Links,
  PayoutFactsReader,
  VendorLetters,
];

const mailer = {
  provide: Mailer,
  inject: [CONFIG],
  useFactory: (config: Config): Mailer =>
    config.mail.smtpUrl ? new SmtpMailer(config.mail.smtpUrl, config) : new ConsoleMailer(config),
};

/** What people are told by e-mail. An event or a schedule queues it, a job writes and sends it. */
@Module({
  imports: [TypeOrmModule.forFeature([Email]), UsersModule, VendorsModule],
  controllers: [EmailsController, UnsubscribeController],
  providers: [
    ...handlers,
    ...letters,
    EmailUpkeep,
    Emails,
    EmailsRepository,
    mailer,
    MailQueue,
    MailSlots,
    Postman,
    Reminders,
    SendEmail,
  ],
  exports: [MailQueue],
})
export class NotificationsModule {}
