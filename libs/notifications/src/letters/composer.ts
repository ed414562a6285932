import { CONFIG, type Config } from '@app/config';
import { Clock } from '@app/kernel';
import { Users, type UserContact } from '@app/users';
import { Inject, Injectable } from '@nestjs/common';
import { isReminder, type EmailKind } from '../emails/email-kind.js';
import type { Email } from '../emails/email.entity.js';
import { layOutHtml } from '../layout/html.js';
import { layOutText } from '../layout/text.js';
import { localeFor } from '../locales/index.js';
import type { OutgoingMail } from '../mailer/mailer.js';
import { Format } from './format.js';
import { LetterSources } from './letter-sources.js';
import { Links } from './links.js';
import type { Locale } from './locale.js';
import type { Gatherer, Material } from './material.js';
import { Moot } from './moot.js';
import { brandOf, nameToGreet } from './names.js';

/** Writes a mail as late as can be: it tells what is true when it goes out, in the reader's language and time. */
@Injectable()
export class Composer {
  private readonly brand: string;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly users: Users,
    private readonly links: Links,
    private readonly clock: Clock,
    private readonly letters: LetterSources,
  ) {
    this.brand = brandOf(config.mail.from);
  }

  /** @returns Moot when it is not to be sent any more. */
  async compose(email: Email): Promise<OutgoingMail | Moot> {
    const contact = await this.users.contactOf(email.userId);
    if (isReminder(email.kind) && !contact?.reminders) return new Moot('reminders are switched off');
    const gather = this.letters.gatherers[email.kind] as Gatherer<EmailKind>;
    const material = await gather(email as never, contact);
    if (material instanceof Moot) return material;
    const to = material.to ?? contact;
    return to ? this.write(email, material, to, contact) : new Moot('the account is deleted');
  }

  private async write(
    { kind, userId, messageId }: Email,
    material: Material<EmailKind>,
    { name, email: address }: { name: string; email: string },
    contact: UserContact | undefined,
  ): Promise<OutgoingMail> {
    const { locale, tag } = localeFor(contact?.locale);
    const format = new Format(tag, contact?.timeZone ?? this.config.payouts.timeZone);
    const letter = locale.letters[kind](material.facts as never, format);
    const known = nameToGreet(name);
    const subject = letter.subject.replaceAll(/\s+/g, ' ').trim();
    const unsubscribeUrl = isReminder(kind) ? await this.links.unsubscribe(userId) : undefined;
    const sheet = {
      ...letter,
      locale,
      subject,
      brand: this.brand,
      greeting: locale.greeting(known),
      unsubscribeUrl,
    };
    return {
      messageId,
      to: { name: known ?? '', address },
      subject,
      text: layOutText(sheet),
      html: layOutHtml(sheet),
      language: locale.tag,
      ...(unsubscribeUrl !== undefined && { unsubscribeUrl }),
      ...(material.calendar && { calendar: await this.calendarOf(material.calendar, locale) }),
    };
  }

  private async calendarOf(booking: NonNullable<Material<EmailKind>['calendar']>, locale: Locale) {
    // With its rules of all time zones it takes 9 MB, which a process that writes no such letter does not have to spend.
    const { bookingCalendar } = await import('./booking-calendar.js');
    const note = locale.calendarNote(booking);
    return bookingCalendar(booking, { note, now: this.clock.now() });
  }
}
