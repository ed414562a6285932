import type { Config } from '@app/config';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { createTransport } from 'nodemailer';
import { Mailer, MailRefused, type OutgoingMail } from './mailer.js';

/** How long the server may keep silent. What it may take in all is for the caller's signal to say. */
export const SMTP_TIMEOUTS = {
  connectionTimeout: 5_000,
  dnsTimeout: 5_000,
  greetingTimeout: 5_000,
  socketTimeout: 10_000,
};

/** Commands whose refusal is about the reader or the message. That of any other is about us: a setting that somebody will mend. */
const ABOUT_THE_MAIL = new Set(['RCPT TO', 'DATA']);

/** What nodemailer tells of a server's answer. */
interface SmtpError extends Error {
  readonly responseCode?: number;
  readonly response?: string;
  readonly command?: string;
}

/** Sends over connections to one server that are kept open, as many at once as the worker has slots for mail. */
export class SmtpMailer extends Mailer implements OnApplicationShutdown {
  private readonly logger = new Logger(SmtpMailer.name);
  private transport?: ReturnType<SmtpMailer['open']>;
  private isOver = false;

  constructor(
    private readonly smtpUrl: string,
    private readonly config: Pick<Config, 'mail' | 'workerConcurrency'>,
  ) {
    super();
  }

  async send(mail: OutgoingMail, signal: AbortSignal): Promise<void> {
    const { messageId, to, subject, text, html } = mail;
    const transport = await this.connected();
    try {
      await transport.sendMail({
        from: this.config.mail.from,
        to,
        messageId,
        subject,
        text,
        html,
        headers: headersOf(mail),
        attachments: attachmentsOf(mail),
        signal,
      });
    } catch (error) {
      throw isFinal(error as SmtpError)
        ? new MailRefused((error as SmtpError).message, { cause: error })
        : error;
    }
  }

  onApplicationShutdown(): void {
    this.isOver = true;
    this.transport?.close();
  }

  /** The client of SMTP is loaded by a process that sends mail, and by no other. */
  private async connected() {
    const { createTransport: create } = await import('nodemailer');
    if (this.isOver) throw new Error('no mail is sent any more: the process ends');
    this.transport ??= this.open(create);
    return this.transport;
  }

  private open(create: typeof createTransport) {
    const transport = create({
      ...SMTP_TIMEOUTS,
      url: this.smtpUrl,
      pool: true,
      maxConnections: this.config.workerConcurrency,
      // Once over another connection when one that was kept open turns out to be dead; further attempts are ours, and recorded.
      maxRequeues: 1,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    transport.on('error', (error: Error) => this.logger.warn({ err: error }, 'the mail server is gone'));
    return transport;
  }
}

/**
 * RFC 5321 section 4.2.1; but 503 is about the order of commands, 530 asks us to sign in (RFC 4954 section 6), and a status of x.7.x
 * (RFC 3463 section 3.8) is a matter of policy: it is how relays answer those whom they do not know.
 */
function isFinal({ responseCode = 0, response = '', command = '' }: SmtpError): boolean {
  if (responseCode < 500 || responseCode === 503 || responseCode === 530) return false;
  return ABOUT_THE_MAIL.has(command) && !/^\d{3}[ -]5\.7\./.test(response);
}

function headersOf({ language, unsubscribeUrl }: OutgoingMail): Record<string, string> {
  return {
    // RFC 3834: no holiday notices in return.
    'Auto-Submitted': 'auto-generated',
    'Content-Language': language,
    ...(unsubscribeUrl !== undefined && {
      'List-Unsubscribe': `<${unsubscribeUrl}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    }),
  };
}

function attachmentsOf({ calendar }: OutgoingMail) {
  if (!calendar) return [];
  const { filename, content } = calendar;
  return [{ filename, content, contentType: 'text/calendar; charset=utf-8; method=PUBLISH' }];
}
