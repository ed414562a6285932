import { Transactor, type Tx } from '@app/database';
import { backoffMs, Job, Jobs, type JobHandler } from '@app/events';
import { Clock } from '@app/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { Moot } from '../letters/moot.js';
import { MailRefused } from '../mailer/mailer.js';
import type { Email } from './email.entity.js';
import { EmailsRepository } from './emails.repository.js';
import { SEND_EMAIL, sendingKey } from './mail-queue.js';
import { NoSlot } from './mail-slots.js';
import { ATTEMPT_MS, Postman } from './postman.js';

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
    private readonly postman: Postman,
    private readonly transactor: Transactor,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  async run({ emailId }: { emailId: string }): Promise<void> {
    const email = await this.emails.claim(emailId, LEASE_MS);
    if (!email) return this.comeBack(emailId);
    let outcome: string | Moot | NoSlot;
    try {
      outcome = await this.postman.take(email);
    } catch (error) {
      return this.failed(email, error as Error);
    }
    if (outcome instanceof NoSlot) await this.putOff(email, outcome);
    else if (outcome instanceof Moot) await this.drop(email, outcome);
    else await this.sent(email, outcome);
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
      await this.enqueue(email, backoffMs(attempts), tx);
    });
  }

  /** Nobody was asked: it is no attempt. */
  private async putOff(email: Email, { waitMs }: NoSlot): Promise<void> {
    await this.transactor.run(async (tx) => {
      if (!(await this.emails.unclaim(email, tx))) return;
      await this.enqueue({ id: email.id, attempts: email.attempts - 1 }, waitMs, tx);
    });
  }

  /** Somebody else may be sending it, or may have died over it: seen to when his claim has run out. */
  private async comeBack(emailId: string): Promise<void> {
    const email = await this.emails.findById(emailId);
    if (email?.status !== 'queued') return;
    const delayMs = Math.max(0, (email.claimedUntil?.getTime() ?? 0) - this.clock.now().getTime()) + 1_000;
    await this.transactor.run((tx) => this.enqueue(email, delayMs, tx));
  }

  /** Behind those that nobody has tried yet: a heap of mail that a server does not take keeps nobody waiting for a new password. */
  private enqueue({ id, attempts }: Pick<Email, 'id' | 'attempts'>, delayMs: number, tx: Tx): Promise<void> {
    const options = { key: sendingKey(id), delayMs, yields: attempts > 0 };
    return this.jobs.enqueue(SEND_EMAIL, { emailId: id }, tx, options);
  }
}

/** Servers repeat whom the mail is for; a log is not the place to keep that. */
function withoutAddresses(text: string): string {
  return text.replaceAll(/[^\s<>]+@[^\s<>]+/g, '…');
}
