import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { toSafeInteger, Transactor, type Tx } from '@app/database';
import { eventTypes } from './catalogue.js';
import type { Delivered, DomainEvent } from './domain-event.js';
import { HandlerRegistry, type RegisteredHandler } from './handler-registry.js';
import { Job, Jobs, type JobHandler, type JobRequest } from './jobs.js';
import { Turns } from './turns.js';

export const DELIVER_EVENT = 'deliver-event';

/** SQL: the handler of a delivery's key. */
export const HANDLER_OF_KEY = `split_part(key, ':', 2)`;

export const deliveryKey = (eventId: string, handler: string): string => `${eventId}:${handler}`;

interface Delivery {
  eventId: string;
  aggregateId: string;
  handler: string;
  /** How often this delivery has already stood back for an earlier event. */
  waits?: number;
}

export const deliveryJob = (delivery: Delivery): JobRequest => ({
  name: DELIVER_EVENT,
  payload: delivery,
  key: deliveryKey(delivery.eventId, delivery.handler),
});

interface TakenEvent {
  name: string;
  payload: object;
  sequence: string;
  occurred_at: Date;
  held: boolean;
  taken: boolean;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 60_000;

/** Hands one event to one handler, in the order of its aggregate, so that the effects happen exactly once. */
@Injectable()
@Job(DELIVER_EVENT, { lane: 'deliveries' })
export class EventDelivery implements JobHandler<Delivery> {
  private readonly turns = new Turns();

  constructor(
    private readonly transactor: Transactor,
    private readonly registry: HandlerRegistry,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /** In this process one event of an aggregate waits for the one before it rather than stand back. */
  run(delivery: Delivery): Promise<void> {
    const { aggregateId, handler } = delivery;
    return this.turns.take(`${aggregateId}:${handler}`, () => this.deliver(delivery));
  }

  private async deliver(delivery: Delivery): Promise<void> {
    const { eventId } = delivery;
    const handler = this.registry.get(delivery.handler);
    if (!handler) throw new Error(`no event handler is called ${delivery.handler}`);
    await this.transactor.run(async (tx) => {
      const row = await this.take(eventId, handler, tx);
      if (row.held) return this.standBack(delivery, tx);
      if (row.taken) await handler.instance.handle(toDelivered(eventId, row), tx);
    });
  }

  /**
   * Reads the event and notes it as consumed, unless this handler still owes an earlier one of the same aggregate (`held`). The note
   * commits with the handler's effects: whoever writes it second has nothing left to do (`taken` is false). See migration 15.
   */
  private async take(eventId: string, { name, eventNames }: RegisteredHandler, tx: Tx): Promise<TakenEvent> {
    const [row] = await tx.query<[TakenEvent]>('SELECT * FROM take_event($1, $2, $3, $4)', [
      eventId,
      name,
      eventNames,
      this.clock.now(),
    ]);
    return row;
  }

  private standBack({ waits = 0, ...delivery }: Delivery, tx: Tx): Promise<void> {
    const delayMs = Math.min(FIRST_WAIT_MS * 2 ** waits, LONGEST_WAIT_MS);
    return this.jobs.enqueueAll([{ ...deliveryJob({ ...delivery, waits: waits + 1 }), delayMs }], tx);
  }
}

function toDelivered(eventId: string, { name, ...row }: TakenEvent): Delivered<DomainEvent> {
  const type = eventTypes.get(name);
  if (!type) throw new Error(`event ${eventId} is of a kind this version does not know: ${name}`);
  const { payload, aggregateId } = new type(row.payload as never);
  return {
    payload,
    aggregateId,
    eventId,
    eventName: name,
    sequence: toSafeInteger(row.sequence),
    occurredAt: row.occurred_at,
  };
}
