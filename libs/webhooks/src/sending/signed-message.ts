import { Webhook } from 'standardwebhooks';

export interface Message {
  /** The same on every retry: receivers tell repeats by it. */
  readonly id: string;
  readonly type: string;
  readonly occurredAt: Date;
  readonly data: object;
}

/**
 * A message as https://www.standardwebhooks.com has it, signed for this attempt.
 * @param secrets each signs, the newest first.
 */
export function signedMessage(
  { id, type, occurredAt, data }: Message,
  secrets: readonly string[],
  now: Date,
): { body: string; headers: Record<string, string> } {
  const body = JSON.stringify({ type, timestamp: occurredAt.toISOString(), data });
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Travellr-Webhooks/1',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(' '),
    },
  };
}
