import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { toSafeInteger } from '@app/database';
import { deliveryKey } from './event-delivery.js';
import { HandlerRegistry } from './handler-registry.js';

export interface LoggedDelivery {
  handler: string;
  /** parked: its attempts are used up, and it waits for an operator. skipped: the handler came later than the event. */
  status: 'pending' | 'done' | 'parked' | 'skipped';
  attempts: number;
  lastError?: string;
}

export interface LoggedEvent {
  eventId: string;
  eventName: string;
  version: number;
  aggregateId: string;
  sequence: number;
  occurredAt: Date;
  payload: object;
  deliveries: LoggedDelivery[];
}

export interface EventFilter {
  name?: string;
  aggregateId?: string;
  /** Only events with a lower sequence: the keyset of the next page. */
  before?: number;
  limit: number;
}

type EventRow = Omit<LoggedEvent, 'sequence' | 'deliveries'> & { sequence: string; relayed: boolean };

interface JobState {
  key: string;
  attempts: number;
  max_attempts: number;
  last_error: string | null;
}

/** What was published and how far its deliveries are, newest first: for operators. */
@Injectable()
export class EventLog {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly registry: HandlerRegistry,
  ) {}

  async find({ name, aggregateId, before, limit }: EventFilter): Promise<LoggedEvent[]> {
    const events = await this.dataSource.query<EventRow[]>(
      `SELECT event_id AS "eventId", name AS "eventName", version, aggregate_id AS "aggregateId", sequence,
              occurred_at AS "occurredAt", payload, relayed_at IS NOT NULL AS relayed
       FROM outbox
       WHERE ($1::text IS NULL OR name = $1) AND ($2::uuid IS NULL OR aggregate_id = $2)
         AND ($3::bigint IS NULL OR sequence < $3)
       ORDER BY sequence DESC LIMIT $4`,
      [name ?? null, aggregateId ?? null, before ?? null, limit],
    );
    const deliveryOf = await this.deliveriesOf(events);
    return events.map(({ relayed, ...event }) => ({
      ...event,
      sequence: toSafeInteger(event.sequence),
      deliveries: this.registry
        .handlersOf(event.eventName)
        .map(({ name: handler }) => deliveryOf(handler, { eventId: event.eventId, relayed })),
    }));
  }

  /** Jobs are read before what they leave behind: a delivery that ends meanwhile is seen in one of the two. */
  private async deliveriesOf(
    events: readonly EventRow[],
  ): Promise<(handler: string, event: Pick<EventRow, 'eventId' | 'relayed'>) => LoggedDelivery> {
    const eventIds = events.map(({ eventId }) => eventId);
    const keys = eventIds.flatMap((id) => this.registry.names().map((handler) => deliveryKey(id, handler)));
    const jobs = await this.dataSource.query<JobState[]>(
      'SELECT key, attempts, max_attempts, last_error FROM graphile_worker.jobs WHERE key = ANY ($1)',
      [keys],
    );
    const consumed = await this.dataSource.query<{ key: string }[]>(
      `SELECT event_id || ':' || handler AS key FROM consumed_events WHERE event_id = ANY ($1)`,
      [eventIds],
    );
    const done = new Set(consumed.map(({ key }) => key));
    const jobOf = new Map(jobs.map((job) => [job.key, job]));
    return (handler, { eventId, relayed }) => {
      const key = deliveryKey(eventId, handler);
      const job = jobOf.get(key);
      if (done.has(key)) return { handler, status: 'done', attempts: 1 };
      if (job) return toDelivery(handler, job);
      return { handler, status: relayed ? 'skipped' : 'pending', attempts: 0 };
    };
  }
}

function toDelivery(handler: string, { attempts, max_attempts, last_error }: JobState): LoggedDelivery {
  return {
    handler,
    status: attempts >= max_attempts ? 'parked' : 'pending',
    attempts,
    ...(last_error && { lastError: last_error }),
  };
}
