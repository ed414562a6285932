import type { DomainEvent } from './domain-event.js';

/**
 * Writes events, in SQL: part of the statement that makes the state they tell of. Their sequence follows their order.
 * @param rows SQL for what {@link outboxRows} made.
 * @param occurredAt SQL for the instant.
 * @param condition SQL on `event.aggregate_id`: which of them happened.
 */
export const insertOutboxRows = (rows: string, occurredAt: string, condition = 'true') => /* sql */ `
  INSERT INTO outbox (event_id, name, version, aggregate_id, payload, occurred_at)
  SELECT event_id, name, version, aggregate_id, payload, ${occurredAt}
  FROM jsonb_to_recordset(${rows}::jsonb) AS event (event_id uuid, name text, version smallint, aggregate_id uuid, payload jsonb)
  WHERE (${condition}) IS TRUE`; // which keeps the planner from joining, and with it the order

/** As JSON. */
export function outboxRows(events: readonly DomainEvent[]): string {
  return JSON.stringify(
    events.map((event) => ({
      event_id: event.eventId,
      name: event.type.eventName,
      version: event.type.version,
      aggregate_id: event.aggregateId,
      payload: event.payload,
    })),
  );
}
