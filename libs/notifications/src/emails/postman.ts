import { Injectable } from '@nestjs/common';
import { Composer } from '../letters/composer.js';
import { Moot } from '../letters/moot.js';
import { Mailer } from '../mailer/mailer.js';
import type { Email } from './email.entity.js';
import { MailSlots, NoSlot } from './mail-slots.js';

/** All that one attempt may take, however slowly the server answers. */
export const ATTEMPT_MS = 60_000;

/** Writes a mail and takes it to the server. */
@Injectable()
export class Postman {
  constructor(
    private readonly composer: Composer,
    private readonly slots: MailSlots,
    private readonly mailer: Mailer,
  ) {}

  /** @returns the address that it went to, or why it did not go. @throws MailRefused, and whatever else the server did. */
  async take(email: Email): Promise<string | Moot | NoSlot> {
    const mail = await this.composer.compose(email);
    if (mail instanceof Moot) return mail;
    const { address } = mail.to;
    const noSlot = await this.slots.use({ address, isRetry: email.attempts > 1 }, () =>
      this.mailer.send(mail, AbortSignal.timeout(ATTEMPT_MS)),
    );
    return noSlot ?? address;
  }
}
