/** A letter as it goes out. Whoever writes it has escaped what needs it. */
export interface OutgoingMail {
  /** With its angle brackets. */
  readonly messageId: string;
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** BCP 47. */
  readonly language: string;
  /** RFC 8058: a POST to it, by the reader's mail program, ends mail of this sort. */
  readonly unsubscribeUrl?: string;
  /** RFC 5545, for the reader's calendar. */
  readonly calendar?: { readonly filename: string; readonly content: string };
}

/** The mail server will never take this mail for this reader: the address does not exist, the message is not wanted. */
export class MailRefused extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MailRefused';
  }
}

/** Where mail leaves the house. */
export abstract class Mailer {
  /**
   * Resolves once it is the mail server's to deliver.
   * @param signal ends the attempt, whatever the server is doing.
   * @throws MailRefused when another attempt is pointless; any other error is worth one.
   */
  abstract send(mail: OutgoingMail, signal: AbortSignal): Promise<void>;
}
