import type { ApiClient } from './client.js';
import { MailServer } from './mail-server.js';
import { expectOk } from './shop.js';
import type { Query } from './soundness.js';
import { WebhookReceiver } from './webhook-receiver.js';

/** What never goes out again, or goes out without need, as far as the tables tell; each statement selects one sentence for each. */
const UNTOLD: readonly string[] = [
  `SELECT format('%s is %s without a job: %s', kind, status, last_error) FROM emails
   WHERE status = 'failed' OR (status = 'queued'
     AND NOT EXISTS (SELECT FROM graphile_worker.jobs WHERE key = 'send-email:' || emails.id))`,

  // By then the booking was cancelled, and that is what its traveller is told.
  `SELECT format('%s was dropped: %s', kind, last_error) FROM emails
   WHERE status = 'dropped' AND NOT (kind IN ('booking-received', 'booking-confirmed')
     AND EXISTS (SELECT FROM bookings WHERE bookings.id = about_id AND bookings.status = 'cancelled'))`,

  `SELECT format('%s is %s: %s', event_name, status, log) FROM webhook_deliveries WHERE status = 'failed'`,

  // A delivery may wait for its turn without a job, as long as one of its endpoint has one.
  `SELECT format('%s of %s wait without a job', count(*), endpoint_id) FROM webhook_deliveries
   WHERE status = 'pending' GROUP BY endpoint_id
   HAVING NOT bool_or(EXISTS (SELECT FROM graphile_worker.jobs WHERE key = 'send-webhook:' || webhook_deliveries.id))`,
];

const WAITING = `
  SELECT ((SELECT count(*) FROM emails WHERE status = 'queued') +
          (SELECT count(*) FROM webhook_deliveries WHERE status = 'pending'))::int AS count`;

interface Told {
  /** Recorded as sent, and never received. */
  readonly missing: string[];
  /** Received more than once. */
  readonly repeated: number;
}

/** Who is told of events: a mail server, and a program with webhooks. Both live in the test's process, and outlive everybody's death. */
export class Outside {
  private constructor(
    private readonly mail: MailServer,
    private readonly receiver: WebhookReceiver,
  ) {}

  static async open(): Promise<Outside> {
    const [mail, receiver] = await Promise.all([MailServer.start(), WebhookReceiver.open()]);
    return new Outside(mail, receiver);
  }

  /** With which the product finds it. */
  get settings() {
    const [smtpUrl] = this.mail.url.split('?');
    return { SMTP_URL: smtpUrl!, MAIL_FROM: 'trips@travellr.test', WEBHOOKS_ALLOW_PRIVATE: 'true' };
  }

  /** Asks to be told of these events: of all vendors as an admin, of one as its owner. */
  async subscribe(client: ApiClient, events: readonly string[], vendorId?: string): Promise<void> {
    const url = `${this.receiver.url}/${vendorId ?? 'platform'}`;
    expectOk(await client.post('/webhook-endpoints', { url, events, vendorId }));
  }

  /** How much is still to be told. */
  async waiting(query: Query): Promise<number> {
    const [row] = await query<{ count: number }>(WAITING);
    return row!.count;
  }

  async untold(query: Query): Promise<string[]> {
    const found: string[] = [];
    for (const statement of UNTOLD)
      found.push(...(await query<{ format: string }>(statement)).map(({ format }) => format));
    return found;
  }

  async mails(query: Query): Promise<Told> {
    const sent = await query<{ id: string }>(`SELECT message_id AS id FROM emails WHERE status = 'sent'`);
    return told(
      sent,
      this.mail.sources.map((source) => /^Message-ID:\s*(<[^>]+>)/im.exec(source)?.[1]),
    );
  }

  async webhooks(query: Query): Promise<Told> {
    const sent = await query<{ id: string }>(
      `SELECT coalesce(endpoint.vendor_id::text, 'platform') || ':' || delivery.event_id AS id
       FROM webhook_deliveries delivery JOIN webhook_endpoints endpoint ON endpoint.id = delivery.endpoint_id
       WHERE delivery.status = 'succeeded'`,
    );
    return told(
      sent,
      this.receiver.received.map(
        ({ path, headers }) => `${path.split('/').at(-1)}:${String(headers['webhook-id'])}`,
      ),
    );
  }

  async close(): Promise<void> {
    await Promise.all([this.mail.stop(), this.receiver.close()]);
  }
}

function told(sent: readonly { id: string }[], received: readonly (string | undefined)[]): Told {
  const distinct = new Set(received);
  return {
    missing: sent.map(({ id }) => id).filter((id) => !distinct.has(id)),
    repeated: received.length - distinct.size,
  };
}
