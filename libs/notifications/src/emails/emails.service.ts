import { CONFIG, type Config } from '@app/config';
import { Transactor } from '@app/database';
import { Jobs } from '@app/events';
import { decodeCursor, page, ResourceNotFound, type Page, type PageQuery } from '@app/http';
import { Clock } from '@app/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { Email } from './email.entity.js';
import { EmailsRepository, type EmailFilter } from './emails.repository.js';
import { SEND_EMAIL, sendingKey } from './mail-queue.js';
import { messageIdOf } from './message-id.js';

/** For the platform's own people: what was written to whom, and once more. */
@Injectable()
export class Emails {
  constructor(
    private readonly emails: EmailsRepository,
    private readonly transactor: Transactor,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Newest first. */
  async list({ limit, cursor, ...filter }: PageQuery & EmailFilter): Promise<Page<Email>> {
    const before = decodeCursor(cursor, [(part) => isUUID(part)])?.[0] as string | undefined;
    const rows = await this.emails.findPage(filter, { limit: limit + 1, before });
    return page(rows, limit, ({ id }) => [id]);
  }

  /**
   * As if it had not been tried yet. One that was sent becomes another message, which mail programs do not take for the first; one that
   * is being sent just now is left alone.
   * @throws ResourceNotFound
   */
  resend(id: string): Promise<Email> {
    return this.transactor.run(async (tx) => {
      const email = await this.emails.lock(id, tx);
      if (!email) throw new ResourceNotFound('e-mail', id);
      const now = this.clock.now();
      if (email.status === 'queued' && email.claimedUntil && email.claimedUntil > now) return email;
      if (email.status === 'sent') {
        email.copy += 1;
        email.messageId = messageIdOf(email, this.config.mail.from);
      }
      email.status = 'queued';
      email.attempts = 0;
      email.lastError = email.claimedUntil = null;
      email.updatedAt = now;
      await tx.update(Email, { id }, email);
      await this.jobs.enqueue(SEND_EMAIL, { emailId: id }, tx, { key: sendingKey(id) });
      return email;
    });
  }
}
