import { Transactor } from '@app/database';
import { backoffMs, Job, Jobs, type JobHandler } from '@app/events';
import { Clock } from '@app/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { Composer } from '../letters/composer.js';
import { Moot } from '../letters/moot.js';
import { Mailer, MailRefused } from '../mailer/mailer.js';
import type { Email } from './email.entity.js';
import { EmailsRepository } from './emails.repository.js';
import { SEND_EMAIL, sendingKey } from './mail-queue.js';

/** All that one attempt may take, however slowly the server answers. */
const ATTEMPT_MS = 60_000;
/** Longer than any attempt: who claims after that has outlived whoever claimed before. */
export const LEASE_MS = 2 * ATTEMPT_MS;
/** With the waits of {@link backoffMs} between them these take three days, half a day more or less. */
export const MAX_ATTEMPTS = 19;
const MAX_ERROR_LENGTH = 500;

/**
 * Sends one mail: at least once as long as a server takes it within three days, and twice only when the server's answer is lost on its
 * way (RFC 1047), or this process dies, or loses the database, between that answer and our record of it. Both then carry the same
 * Message-ID. No transaction is open meanwhile.
 */
@Injectable()
@Job(SEND_EMAIL, { lane: 'mail' })
export class SendEmail implements JobHandler<{ emailId: string }> {
  private readonly logger = new Logger(SendEmail.name);

  constructor(
    private readonly emails: EmailsRepository,
    private readonly composer: Composer,
    private readonly mailer: Mailer,
    private readonly transactor: Transactor,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  async run({ emailId }: { emailId: string }): Promise<void> {
    const email = await this.emails.claim(emailId, LEASE_MS);
    if (!email) return this.comeBack(emailId);
    let outcome: string | Moot;
    try {
      outcome = await this.attempt(email);
    } catch (error) {
      return this.failed(email, error as Error);
    }
    if (outcome instanceof Moot) await this.drop(email, outcome);
    else await this.sent(email, outcome);
  }

  /** @returns the address that it went to. */
  private async attempt(email: Email): Promise<string | Moot> {
    const mail = await this.composer.compose(email);
    if (mail instanceof Moot) return mail;
    await this.mailer.send(mail, AbortSignal.timeout(ATTEMPT_MS));
    return mail.to.address;
  }

  private async sent(email: Email, address: string): Promise<void> {
    const sentAt = this.clock.now();
    await this.emails.settle(email, { status: 'sent', address, sentAt, lastError: null });
  }

  private async drop(email: Email, { reason }: Moot): Promise<void> {
    await this.emails.settle(email, { status: 'dropped', lastError: reason });
  }

  private async failed(email: Email, error: Error): Promise<void> {
    const lastError = error.message.slice(0, MAX_ERROR_LENGTH);
    const { id: emailId, kind, attempts } = email;
    this.logger.warn({ emailId, kind, attempts }, `a mail was not sent: ${withoutAddresses(lastError)}`);
    const isHopeless = error instanceof MailRefused || attempts >= MAX_ATTEMPTS;
    if (isHopeless) return void (await this.emails.settle(email, { status: 'failed', lastError }));
    await this.transactor.run(async (tx) => {
      if (!(await this.emails.settle(email, { lastError }, tx))) return;
      const again = { key: sendingKey(emailId), delayMs: backoffMs(attempts) };
      await this.jobs.enqueue(SEND_EMAIL, { emailId }, tx, again);
    });
  }

  /** Somebody else may be sending it, or may have died over it: seen to when his claim has run out. */
  private async comeBack(emailId: string): Promise<void> {
    const email = await this.emails.findById(emailId);
    if (email?.status !== 'queued') return;
    const delayMs = Math.max(0, (email.claimedUntil?.getTime() ?? 0) - this.clock.now().getTime()) + 1_000;
    await this.transactor.run((tx) =>
      this.jobs.enqueue(SEND_EMAIL, { emailId }, tx, { key: sendingKey(emailId), delayMs }),
    );
  }
}

/** Servers repeat whom the mail is for; a log is not the place to keep that. */
function withoutAddresses(text: string): string {
  return text.replaceAll(/[^\s<>]+@[^\s<>]+/g, '…');
}
