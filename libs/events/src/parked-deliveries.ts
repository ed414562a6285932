import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Clock } from '@app/kernel';
import { Transactor, type Tx } from '@app/database';
import { DELIVER_EVENT, deliveryJob, deliveryKey, HANDLER_OF_KEY } from './event-delivery.js';
import { DeliveryNotWaiting } from './event.errors.js';
import { HandlerRegistry } from './handler-registry.js';
import { Jobs } from './jobs.js';

export interface ParkedDelivery {
  /** Of the job: rises, and is the keyset of the next page. */
  readonly id: string;
  readonly eventId: string;
  readonly eventName: string;
  readonly aggregateId: string;
  readonly handler: string;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly parkedAt: Date;
}

/** A delivery that is no more waited for, and whose decision that was. */
export interface Skip {
  readonly by: string;
  readonly reason: string;
}

const JOBS = 'SELECT id FROM graphile_worker.jobs WHERE key = ANY ($1)';

/** Deliveries whose attempts are used up hold back their aggregate and handler until somebody decides: here is how. */
@Injectable()
export class ParkedDeliveries {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly transactor: Transactor,
    private readonly registry: HandlerRegistry,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /** Newest first. */
  find({ before, limit }: { before?: string; limit: number }): Promise<ParkedDelivery[]> {
    return this.dataSource.query<ParkedDelivery[]>(
      `SELECT job.id, job.handler, job.attempts, job.last_error AS "lastError", job.updated_at AS "parkedAt",
              event_id AS "eventId", name AS "eventName", aggregate_id AS "aggregateId"
       FROM (SELECT *, ${HANDLER_OF_KEY} AS handler,
                    CASE WHEN task_identifier = $1 THEN split_part(key, ':', 1)::uuid END AS event_id
             FROM graphile_worker.jobs
             WHERE attempts >= max_attempts AND locked_at IS NULL AND ($2::bigint IS NULL OR id < $2)) AS job
       JOIN outbox USING (event_id)
       ORDER BY job.id DESC LIMIT $3`,
      [DELIVER_EVENT, before ?? null, limit],
    );
  }

  /**
   * Makes it due now, with all its attempts before it again.
   * @throws DeliveryNotWaiting
   */
  async retry(eventId: string, handler: string): Promise<void> {
    const due = await this.transactor.run((tx) => startAfresh([deliveryKey(eventId, handler)], tx));
    if (due === 0) throw new DeliveryNotWaiting(handler);
  }

  /**
   * Gives it up: the handler never sees the event, and goes on with the next one of the aggregate.
   * @throws DeliveryNotWaiting
   */
  async skip(eventId: string, handler: string, { by, reason }: Skip): Promise<void> {
    await this.transactor.run(async (tx) => {
      const gone = await tx.query<unknown[]>(`SELECT FROM graphile_worker.complete_jobs(ARRAY(${JOBS}))`, [
        [deliveryKey(eventId, handler)],
      ]);
      if (gone.length === 0) throw new DeliveryNotWaiting(handler);
      await tx.query(
        `INSERT INTO consumed_events (event_id, handler, consumed_at, skipped_by, skip_reason)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
        [eventId, handler, this.clock.now(), by, reason],
      );
      await this.wakeTheNext(eventId, handler, tx);
    });
  }

  /**
   * Delivers it to every handler that has no note of it: at once where it is waiting or parked, and for the first time where the
   * handler came later than the event. That one may have seen later events of the aggregate already: whoever redelivers decides that
   * this order will do. Done ones stay done, and skipped ones skipped.
   */
  async redeliver(eventId: string): Promise<void> {
    await this.transactor.run(async (tx) => {
      const [event] = await tx.query<{ name: string; aggregateId: string }[]>(
        `SELECT name, aggregate_id AS "aggregateId" FROM outbox WHERE event_id = $1 AND relayed_at IS NOT NULL`,
        [eventId],
      );
      if (!event) return;
      const notes = await tx.query<{ handler: string }[]>(
        `SELECT handler FROM consumed_events WHERE event_id = $1
         UNION ALL SELECT ${HANDLER_OF_KEY} FROM graphile_worker.jobs WHERE key = ANY ($2)`,
        [eventId, this.registry.names().map((handler) => deliveryKey(eventId, handler))],
      );
      const owing = this.registry.handlersOf(event.name).map(({ name }) => name);
      await startAfresh(
        owing.map((handler) => deliveryKey(eventId, handler)),
        tx,
      );
      await this.jobs.enqueueAll(
        owing
          .filter((handler) => !notes.some((note) => note.handler === handler))
          .map((handler) => deliveryJob({ eventId, aggregateId: event.aggregateId, handler })),
        tx,
      );
    });
  }

  /** What stood back for this event would notice within a minute. */
  private async wakeTheNext(eventId: string, handler: string, tx: Tx): Promise<void> {
    await tx.query(
      `SELECT FROM graphile_worker.reschedule_jobs(ARRAY(
         SELECT job.id FROM outbox this
         JOIN outbox later ON later.aggregate_id = this.aggregate_id AND later.sequence > this.sequence
         JOIN graphile_worker.jobs job ON job.key = later.event_id || ':' || $2 AND job.attempts = 0
         WHERE this.event_id = $1
       ), run_at := clock_timestamp())`,
      [eventId, handler],
    );
  }
}

/** Those of the jobs that nobody is working on. @returns how many. */
async function startAfresh(keys: string[], tx: Tx): Promise<number> {
  const jobs = await tx.query<unknown[]>(
    `SELECT FROM graphile_worker.reschedule_jobs(ARRAY(${JOBS}), run_at := clock_timestamp(), attempts := 0)`,
    [keys],
  );
  return jobs.length;
}
