import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { toSafeInteger, Transactor, type Tx } from '@app/database';
import { eventTypes } from './catalogue.js';
import type { Delivered, DomainEvent } from './domain-event.js';
import { HandlerRegistry, type RegisteredHandler } from './handler-registry.js';
import { Job, Jobs, type JobHandler } from './jobs.js';

export const DELIVER_EVENT = 'deliver-event';

export const deliveryKey = (eventId: string, handler: string): string => `${eventId}:${handler}`;

interface Delivery {
  eventId: string;
  handler: string;
  /** How often this delivery has already stood back for an earlier event. */
  waits?: number;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 60_000;

/** Hands one event to one handler, in the order of its aggregate, so that the effects happen exactly once. */
@Injectable()
@Job(DELIVER_EVENT)
export class EventDelivery implements JobHandler<Delivery> {
  constructor(
    private readonly transactor: Transactor,
    private readonly registry: HandlerRegistry,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  async run(delivery: Delivery): Promise<void> {
    const handler = this.registry.get(delivery.handler);
    if (!handler) throw new Error(`no event handler is called ${delivery.handler}`);
    await this.transactor.run(async (tx) => {
      if (await this.earlierIsWaiting(delivery, handler, tx)) return this.standBack(delivery, tx);
      if (await this.consume(delivery, tx))
        await handler.instance.handle(await this.load(delivery.eventId, tx), tx);
    });
  }

  /** The row commits with the handler's effects: whoever writes it second has nothing left to do. */
  private async consume({ eventId, handler }: Delivery, tx: Tx): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      `INSERT INTO consumed_events (event_id, handler, consumed_at) VALUES ($1, $2, $3)
       ON CONFLICT DO NOTHING RETURNING event_id`,
      [eventId, handler, this.clock.now()],
    );
    return rows.length > 0;
  }

  /** The row is there: that of `consumed_events`, just written, points at it. */
  private async load(eventId: string, tx: Tx): Promise<Delivered<DomainEvent>> {
    const [row] = await tx.query<[{ name: string; payload: object; sequence: string; occurred_at: Date }]>(
      'SELECT name, payload, sequence, occurred_at FROM outbox WHERE event_id = $1',
      [eventId],
    );
    const type = eventTypes.get(row.name);
    if (!type) throw new Error(`event ${eventId} is of a kind this version does not know: ${row.name}`);
    const { payload, aggregateId } = new type(row.payload as never);
    return {
      payload,
      aggregateId,
      eventId,
      sequence: toSafeInteger(row.sequence),
      occurredAt: row.occurred_at,
    };
  }

  /**
   * Whether this handler still owes an earlier event of the same aggregate. An earlier one with neither job nor consumption was
   * relayed before the handler existed: it was never his, so it holds nothing back.
   */
  private async earlierIsWaiting(
    { eventId }: Delivery,
    handler: RegisteredHandler,
    tx: Tx,
  ): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      `SELECT FROM outbox this
       JOIN outbox earlier ON earlier.aggregate_id = this.aggregate_id AND earlier.sequence < this.sequence
       WHERE this.event_id = $1 AND earlier.name = ANY ($3)
         AND NOT EXISTS (SELECT FROM consumed_events c WHERE c.event_id = earlier.event_id AND c.handler = $2)
         AND (earlier.relayed_at IS NULL
              OR EXISTS (SELECT FROM graphile_worker.jobs j WHERE j.key = earlier.event_id || ':' || $2))
       LIMIT 1`,
      [eventId, handler.name, handler.eventNames],
    );
    return rows.length > 0;
  }

  private standBack({ eventId, handler, waits = 0 }: Delivery, tx: Tx): Promise<void> {
    return this.jobs.enqueue(DELIVER_EVENT, { eventId, handler, waits: waits + 1 }, tx, {
      key: deliveryKey(eventId, handler),
      delayMs: Math.min(FIRST_WAIT_MS * 2 ** waits, LONGEST_WAIT_MS),
    });
  }
}
