import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { Transactor } from '@app/database';
import { eventTypes } from './catalogue.js';
import { DELIVER_EVENT, deliveryJob } from './event-delivery.js';
import { HandlerRegistry } from './handler-registry.js';
import { Jobs } from './jobs.js';
import { PRIORITY } from './lane.js';

/** Events taken up by one transaction of the relay. */
const BATCH_SIZE = 500;
/**
 * While so many deliveries are due no more events are relayed. The rest of a backlog waits in the outbox, where it is in nobody's way:
 * whoever fetches a job of another kind walks past every delivery in the queue. Those that have failed and wait for their next attempt
 * do not count: one broken handler stops no news.
 */
const QUEUE_AT_MOST = 1_000;

/** The kinds of events of this version. */
const KNOWN = [...eventTypes.keys()];

interface RelayedEvent {
  event_id: string;
  aggregate_id: string;
  name: string;
  sequence: string;
}

const bySequence = (a: RelayedEvent, b: RelayedEvent): number => Number(a.sequence) - Number(b.sequence);

/** In SQL: how many events the queue has room for: none while it is full of deliveries. `$2` a batch, `$4` their task. */
const ROOM = /* sql */ `(
  SELECT CASE WHEN count(*) < ${QUEUE_AT_MOST} THEN $2::bigint ELSE 0 END FROM (
    SELECT FROM graphile_worker._private_jobs job
    WHERE job.task_id = (SELECT id FROM graphile_worker._private_tasks WHERE identifier = $4)
      AND job.is_available AND job.priority = ${PRIORITY.deliveries} AND job.run_at <= statement_timestamp()
    LIMIT ${QUEUE_AT_MOST}
  ) AS due)`;

/** Queues one job for each handler of each committed event, in the transaction that marks the event relayed. Any number may run. */
@Injectable()
export class OutboxRelay {
  constructor(
    private readonly transactor: Transactor,
    private readonly registry: HandlerRegistry,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /** Relays what there is, as long as the queue has room for its deliveries. @returns the number of events relayed. */
  async relayAll(): Promise<number> {
    for (let total = 0; ;) {
      const relayed = await this.relayBatch();
      total += relayed;
      if (relayed < BATCH_SIZE) return total;
    }
  }

  /**
   * Of a kind that this version does not know, an event waits for a worker that does: here nobody would hear of it, and it would be done.
   * (`name = ANY` would invite the planner to the index by name, and through all that was ever relayed.)
   */
  private relayBatch(): Promise<number> {
    return this.transactor.run(async (tx) => {
      const [events] = await tx.query<[RelayedEvent[], number]>(
        `UPDATE outbox SET relayed_at = $1
         WHERE event_id IN (
           SELECT event_id FROM outbox WHERE relayed_at IS NULL AND ARRAY[name] <@ $3::text[]
           ORDER BY sequence LIMIT ${ROOM} FOR UPDATE SKIP LOCKED
         )
         RETURNING event_id, aggregate_id, name, sequence`,
        [this.clock.now(), BATCH_SIZE, KNOWN, DELIVER_EVENT],
      );
      await this.jobs.enqueueAll(
        // In the order of publication, so that few deliveries have to stand back for an earlier one.
        events
          .sort(bySequence)
          .flatMap(({ event_id: eventId, aggregate_id: aggregateId, name }) =>
            this.registry
              .handlersOf(name)
              .map((handler) => deliveryJob({ eventId, aggregateId, handler: handler.name })),
          ),
        tx,
      );
      return events.length;
    });
  }
}
