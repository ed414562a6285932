import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { toSafeInteger } from '@app/database';
import { deliveryKey } from './event-delivery.js';
import { HandlerRegistry } from './handler-registry.js';

export interface LoggedDelivery {
  handler: string;
  /** parked: its attempts are used up, and it waits for an admin. skipped: by an admin, or the handler came later than the event. */
  status: 'pending' | 'done' | 'parked' | 'skipped';
  attempts: number;
  lastError?: string;
  /** The admin who skipped it, and why. */
  skippedBy?: string;
  skipReason?: string;
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
  locked: boolean;
}

interface Note {
  key: string;
  skipped_by: string | null;
  skip_reason: string | null;
}

const EVENT = `event_id AS "eventId", name AS "eventName", version, aggregate_id AS "aggregateId", sequence,
  occurred_at AS "occurredAt", payload, relayed_at IS NOT NULL AS relayed`;

/** What was published and how far its deliveries are, newest first: for operators. */
@Injectable()
export class EventLog {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly registry: HandlerRegistry,
  ) {}

  async get(eventId: string): Promise<LoggedEvent | undefined> {
    const events = await this.dataSource.query<EventRow[]>(
      `SELECT ${EVENT} FROM outbox WHERE event_id = $1`,
      [eventId],
    );
    return (await this.withDeliveries(events))[0];
  }

  async find({ name, aggregateId, before, limit }: EventFilter): Promise<LoggedEvent[]> {
    const events = await this.dataSource.query<EventRow[]>(
      `SELECT ${EVENT} FROM outbox
       WHERE ($1::text IS NULL OR name = $1) AND ($2::uuid IS NULL OR aggregate_id = $2)
         AND ($3::bigint IS NULL OR sequence < $3)
       ORDER BY sequence DESC LIMIT $4`,
      [name ?? null, aggregateId ?? null, before ?? null, limit],
    );
    return this.withDeliveries(events);
  }

  private async withDeliveries(events: readonly EventRow[]): Promise<LoggedEvent[]> {
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
      `SELECT key, attempts, max_attempts, last_error, locked_at IS NOT NULL AS locked
       FROM graphile_worker.jobs WHERE key = ANY ($1)`,
      [keys],
    );
    const notes = await this.dataSource.query<Note[]>(
      `SELECT event_id || ':' || handler AS key, skipped_by, skip_reason
       FROM consumed_events WHERE event_id = ANY ($1)`,
      [eventIds],
    );
    const noteOf = new Map(notes.map((note) => [note.key, note]));
    const jobOf = new Map(jobs.map((job) => [job.key, job]));
    return (handler, { eventId, relayed }) => {
      const key = deliveryKey(eventId, handler);
      const [note, job] = [noteOf.get(key), jobOf.get(key)];
      if (note) return toSettled(handler, note);
      if (job) return toWaiting(handler, job);
      return { handler, status: relayed ? 'skipped' : 'pending', attempts: 0 };
    };
  }
}

function toSettled(handler: string, { skipped_by, skip_reason }: Note): LoggedDelivery {
  if (skipped_by === null || skip_reason === null) return { handler, status: 'done', attempts: 1 };
  return { handler, status: 'skipped', attempts: 0, skippedBy: skipped_by, skipReason: skip_reason };
}

/** One on its last attempt is not parked before that has ended. */
function toWaiting(
  handler: string,
  { attempts, max_attempts, last_error, locked }: JobState,
): LoggedDelivery {
  return {
    handler,
    status: attempts >= max_attempts && !locked ? 'parked' : 'pending',
    attempts,
    ...(last_error && { lastError: last_error }),
  };
}
