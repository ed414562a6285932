import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import PostalMime, { type Email as Mail } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/**
 * What the server does with mail to somebody: take it, answer with a code of its own (RFC 5321 section 4.2) and a reason, hang up, or keep
 * the line open and say nothing.
 */
type Manner = 'take' | 'hang-up' | 'say-nothing' | { readonly refuse: number; readonly because?: string };

/** A mail server to send to: SMTP over a socket, and a letter box to look into. */
export class MailServer {
  /** By the address of reader or sender; mail to and from everybody else is taken. */
  readonly manners = new Map<string, Manner>();
  /** Tells `reader`, with the address, when somebody wants to write to him, whatever comes of it. */
  readonly news = new EventEmitter();
  private readonly raw: string[] = [];
  private readonly server: SMTPServer;

  private constructor() {
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      logger: false,
      onMailFrom: ({ address }, session, done) => this.meet(address, session.id, done),
      onRcptTo: ({ address }, session, done) => {
        this.news.emit('reader', address);
        this.meet(address, session.id, done);
      },
      onData: (stream, _session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          this.raw.push(Buffer.concat(chunks).toString());
          done();
        });
      },
    });
    // A client that goes away in the middle is a test's own doing.
    this.server.on('error', () => undefined);
  }

  static async start(): Promise<MailServer> {
    const mail = new MailServer();
    await once(mail.server.listen(0, '127.0.0.1'), 'listening');
    return mail;
  }

  /** For `SMTP_URL`, in a hurry: a server that says nothing is given up on after a second, which is long enough for a machine that is busy. */
  get url(): string {
    const { port } = this.server.server.address() as AddressInfo;
    return `smtp://127.0.0.1:${port}?socketTimeout=1000&greetingTimeout=1000`;
  }

  /** What was taken so far, as it came over the line. */
  get sources(): readonly string[] {
    return this.raw;
  }

  /** What was taken so far, as a mail program reads it. @param address only mail to this one. */
  async letters(address?: string): Promise<Mail[]> {
    const all = await Promise.all(this.raw.map((message) => PostalMime.parse(message)));
    return all.filter(({ to }) => address === undefined || to?.[0]?.address === address);
  }

  /** Empties the letter box. */
  clear(): void {
    this.raw.length = 0;
    this.manners.clear();
  }

  async stop(): Promise<void> {
    for (const { id } of this.server.connections) this.hangUp(id);
    const closed = once(this.server.server, 'close');
    this.server.close();
    await closed;
  }

  private meet(address: string, sessionId: string, done: (error?: Error) => void): void {
    const manner = this.manners.get(address) ?? 'take';
    if (manner === 'say-nothing') return;
    if (manner === 'hang-up') return this.hangUp(sessionId);
    done(manner === 'take' ? undefined : refusal(manner));
  }

  private hangUp(id: string): void {
    for (const connection of this.server.connections) if (connection.id === id) connection.close();
  }
}

const refusal = ({ refuse: responseCode, because = 'not here' }: Exclude<Manner, string>) =>
  Object.assign(new Error(because), { responseCode });
