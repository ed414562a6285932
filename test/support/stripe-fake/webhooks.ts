import { createHmac } from 'node:crypto';
import type { EventLog, StripeEvent } from './event-log.js';

export interface Signing {
  readonly secret: string;
  /** Milliseconds since the epoch. */
  readonly at?: number;
}

/** The body and header of a webhook call, signed as https://docs.stripe.com/webhooks#verify-manually describes. */
export function signed(
  event: object,
  { secret, at = Date.now() }: Signing,
): { body: string; headers: Record<string, string> } {
  const body = JSON.stringify(event, undefined, 2);
  const timestamp = Math.floor(at / 1000);
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  const header = `t=${timestamp},v1=${signature}`;
  return { body, headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': header } };
}

/**
 * Somebody who is told. Nothing is sent by itself: a test hands over the events that it wants told, in the order, as often and as
 * late as it likes, and leaves out those that get lost.
 */
export class WebhookEndpoint {
  private seen = 0;

  constructor(
    private readonly log: EventLog,
    private readonly url: string,
    private readonly secret: string,
    private readonly now: () => number,
  ) {}

  /** What has happened since it was last asked, oldest first. */
  news(): StripeEvent[] {
    const news = this.log.all.slice(this.seen);
    this.seen = this.log.all.length;
    return news;
  }

  /** One after the other. @returns the status that each was answered. */
  async deliver(...events: readonly object[]): Promise<number[]> {
    const statuses: number[] = [];
    for (const event of events) {
      const request = signed(event, { secret: this.secret, at: this.now() });
      const response = await fetch(this.url, { method: 'POST', ...request });
      await response.arrayBuffer();
      statuses.push(response.status);
    }
    return statuses;
  }
}
