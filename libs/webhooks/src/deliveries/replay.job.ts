import { toSafeInteger, Transactor, type Tx } from '@app/database';
import { Job, Jobs, type JobHandler } from '@app/events';
import { Injectable } from '@nestjs/common';
import type { WebhookEndpoint } from '../endpoints/webhook-endpoint.entity.js';
import { TooManyReplays } from '../endpoints/webhook-endpoint.errors.js';
import { WebhookEndpointsRepository } from '../endpoints/webhook-endpoints.repository.js';
import { DeliveryQueue, type QueuedEvent } from './delivery-queue.js';

export const REPLAY_WEBHOOKS = 'replay-webhooks';

export interface Replay {
  readonly endpointId: string;
  /** ISO 8601. */
  readonly since: string;
  /** Of its jobs, one after the other, and of no other replay's: whoever takes a key ends what has it. */
  readonly key?: string;
  /** Only events with a lower sequence: those above are done. */
  readonly before?: number;
}

/** Replays of one endpoint at the same time: each looks at all that has happened since its point, for whomever. */
const AT_ONCE = 3;
/** Events looked at by one transaction. */
const BATCH_SIZE = 500;
/** Sequences rise with time, but for processes whose clocks are apart. */
const CLOCK_SLACK_MS = 60_000;

/** Sends an endpoint all that concerned it since a point in time once more: also what happened while it was disabled, or not there yet. */
@Injectable()
@Job(REPLAY_WEBHOOKS)
export class ReplayWebhooks implements JobHandler<Replay> {
  constructor(
    private readonly endpoints: WebhookEndpointsRepository,
    private readonly queue: DeliveryQueue,
    private readonly jobs: Jobs,
    private readonly transactor: Transactor,
  ) {}

  /** Beside those that are under way. Call it with the endpoint locked. @throws TooManyReplays */
  async start({ endpointId, since }: Pick<Replay, 'endpointId' | 'since'>, tx: Tx): Promise<void> {
    const keys = Array.from({ length: AT_ONCE }, (_, number) => `${REPLAY_WEBHOOKS}:${endpointId}:${number}`);
    const taken = await this.jobs.present(keys, tx);
    const key = keys.find((one) => !taken.has(one));
    if (key === undefined) throw new TooManyReplays(AT_ONCE);
    await this.enqueue({ endpointId, since, key }, tx);
  }

  /** One batch, the newest events first; then the next, as a job of its own. */
  async run(replay: Replay): Promise<void> {
    await this.transactor.run(async (tx) => {
      const endpoint = await this.endpoints.lock(replay.endpointId, tx);
      if (!endpoint?.enabled) return;
      const batch = await this.read(endpoint, replay, tx);
      const events = batch.filter(({ concerns }) => concerns);
      await this.queue.add([endpoint.id], events, tx, { again: true });
      await this.queue.callNext(endpoint, tx);
      const oldest = batch.at(-1);
      if (batch.length < BATCH_SIZE || !oldest || hasPassed(replay.since, oldest)) return;
      await this.enqueue({ ...replay, before: toSafeInteger(oldest.sequence) }, tx);
    });
  }

  private enqueue(replay: Replay, tx: Tx): Promise<void> {
    return this.jobs.enqueue(REPLAY_WEBHOOKS, replay, tx, { key: replay.key });
  }

  private read(
    endpoint: WebhookEndpoint,
    { since, before = Number.MAX_SAFE_INTEGER }: Replay,
    tx: Tx,
  ): Promise<(QueuedEvent & { sequence: string; concerns: boolean })[]> {
    return tx.query(
      /* sql */ `
      SELECT event_id AS "eventId", name AS "eventName", occurred_at AS "occurredAt", payload AS data, sequence,
        occurred_at >= $3 AND name = ANY ($4) AND (
          $5::uuid IS NULL
          OR $5 = coalesce((payload ->> 'vendorId')::uuid, (SELECT vendor_id FROM bookings WHERE id = (payload ->> 'bookingId')::uuid))
        ) AS concerns
      FROM outbox WHERE sequence < $1 ORDER BY sequence DESC LIMIT $2`,
      [before, BATCH_SIZE, since, endpoint.events, endpoint.vendorId],
    );
  }
}

const hasPassed = (since: string, { occurredAt }: QueuedEvent): boolean =>
  occurredAt.getTime() < Date.parse(since) - CLOCK_SLACK_MS;
