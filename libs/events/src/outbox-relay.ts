import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { Transactor } from '@app/database';
import { DELIVER_EVENT, deliveryKey } from './event-delivery.js';
import { HandlerRegistry } from './handler-registry.js';
import { Jobs } from './jobs.js';

/** Events taken up by one transaction of the relay. */
const BATCH_SIZE = 500;

interface RelayedEvent {
  event_id: string;
  name: string;
  sequence: string;
}

const bySequence = (a: RelayedEvent, b: RelayedEvent): number => Number(a.sequence) - Number(b.sequence);

/** Queues one job for each handler of each committed event, in the transaction that marks the event relayed. Any number may run. */
@Injectable()
export class OutboxRelay {
  constructor(
    private readonly transactor: Transactor,
    private readonly registry: HandlerRegistry,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /** @returns the number of events relayed. */
  async relayAll(): Promise<number> {
    let total = 0;
    for (;;) {
      const relayed = await this.relayBatch();
      total += relayed;
      if (relayed < BATCH_SIZE) return total;
    }
  }

  private relayBatch(): Promise<number> {
    return this.transactor.run(async (tx) => {
      const [events] = await tx.query<[RelayedEvent[], number]>(
        `UPDATE outbox SET relayed_at = $1
         WHERE event_id IN (
           SELECT event_id FROM outbox WHERE relayed_at IS NULL ORDER BY sequence LIMIT $2 FOR UPDATE SKIP LOCKED
         )
         RETURNING event_id, name, sequence`,
        [this.clock.now(), BATCH_SIZE],
      );
      await this.jobs.enqueueAll(
        // In the order of publication, so that few deliveries have to stand back for an earlier one.
        events.sort(bySequence).flatMap(({ event_id: eventId, name }) =>
          this.registry.handlersOf(name).map((handler) => ({
            name: DELIVER_EVENT,
            payload: { eventId, handler: handler.name },
            key: deliveryKey(eventId, handler.name),
          })),
        ),
        tx,
      );
      return events.length;
    });
  }
}
