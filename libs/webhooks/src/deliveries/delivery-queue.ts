import type { Tx } from '@app/database';
import { Jobs } from '@app/events';
import { Clock, newId } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { WebhookEndpoint } from '../endpoints/webhook-endpoint.entity.js';

export const SEND_WEBHOOK = 'send-webhook';

/** An event as an endpoint is told it. */
export interface QueuedEvent {
  readonly eventId: string;
  readonly eventName: string;
  readonly occurredAt: Date;
  readonly data: object;
}

/**
 * What waits to be sent: rows, and jobs for them. A job whose endpoint is busy or paused simply ends, and its row waits without one:
 * whoever finishes a delivery to that endpoint calls the next ({@link callNext}). So a target that is slow or down has a few jobs at a
 * time, however much there is for it, and keeps no other waiting.
 */
@Injectable()
export class DeliveryQueue {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /**
   * Every event for every endpoint, without jobs yet. What an endpoint was told before is left as it is, or sent again when `again` is set.
   * @returns the ids of what is to be sent.
   */
  async add(
    endpointIds: readonly string[],
    events: readonly QueuedEvent[],
    tx: Tx,
    { again = false }: { again?: boolean } = {},
  ): Promise<string[]> {
    const rows = endpointIds.flatMap((endpointId) =>
      events.map(({ eventId, eventName, occurredAt, data }) => ({
        id: newId(),
        endpoint_id: endpointId,
        event_id: eventId,
        event_name: eventName,
        occurred_at: occurredAt,
        data,
      })),
    );
    if (rows.length === 0) return [];
    const queued = await tx.query<{ id: string }[]>(
      /* sql */ `
      INSERT INTO webhook_deliveries
        (id, endpoint_id, event_id, event_name, occurred_at, data, status, attempts, log, next_attempt_at, created_at)
      SELECT id, endpoint_id, event_id, event_name, occurred_at, data, 'pending', 0, '[]', $2, $2
      FROM jsonb_to_recordset($1::jsonb)
        AS row (id uuid, endpoint_id uuid, event_id uuid, event_name text, occurred_at timestamptz, data jsonb)
      ON CONFLICT (endpoint_id, event_id) ${again ? SEND_AGAIN : 'DO NOTHING'}
      RETURNING id`,
      [JSON.stringify(rows), this.clock.now()],
    );
    return queued.map(({ id }) => id);
  }

  /** A job for each of these, at once or at `instant`. */
  enqueue(deliveryIds: readonly string[], tx: Tx, instant = this.clock.now()): Promise<void> {
    const delayMs = Math.max(0, instant.getTime() - this.clock.now().getTime());
    return this.jobs.enqueueAll(
      deliveryIds.map((deliveryId) => ({
        name: SEND_WEBHOOK,
        payload: { deliveryId },
        key: `${SEND_WEBHOOK}:${deliveryId}`,
        delayMs,
      })),
      tx,
    );
  }

  /** Calls as many as the endpoint has room for, those that wait the longest; at the end of its pause, if it is paused. */
  async callNext(endpoint: WebhookEndpoint, tx: Tx): Promise<void> {
    if (!endpoint.enabled) return;
    const now = this.clock.now();
    const start = endpoint.pausedUntil && endpoint.pausedUntil > now ? endpoint.pausedUntil : now;
    await this.enqueue(await this.findNext(endpoint, start, tx), tx, start);
  }

  /** What nobody sends yet and is due by `instant`, as much as the endpoint has room for. Call it with the endpoint locked. */
  async findNext({ id, atOnce }: WebhookEndpoint, instant: Date, tx: Tx): Promise<string[]> {
    const rows = await tx.query<{ id: string }[]>(
      /* sql */ `
      SELECT id FROM webhook_deliveries
      WHERE endpoint_id = $1 AND status = 'pending' AND next_attempt_at <= $3 AND (claimed_until IS NULL OR claimed_until <= $2)
      ORDER BY next_attempt_at
      LIMIT greatest(0, $4 - (SELECT count(*) FROM webhook_deliveries WHERE endpoint_id = $1 AND claimed_until > $2))`,
      [id, this.clock.now(), instant, atOnce],
    );
    return rows.map((row) => row.id);
  }
}

/** What is being sent this moment is left to it. */
const SEND_AGAIN = /* sql */ `DO UPDATE
  SET status = 'pending', attempts = 0, next_attempt_at = excluded.next_attempt_at, claimed_until = NULL
  WHERE webhook_deliveries.claimed_until IS NULL OR webhook_deliveries.claimed_until <= excluded.next_attempt_at`;
