import type { DomainEvent } from './domain-event.js';

/**
 * That an event was committed by this process. Not the event itself: @nestjs/cqrs would run its `@EventsHandler`s, beside the
 * deliveries and without a transaction.
 */
export class EventNotice<Payload extends object = object> {
  readonly eventId: string;
  readonly eventName: string;
  readonly version: number;
  readonly aggregateId: string;
  readonly payload: Readonly<Payload>;

  constructor(
    event: DomainEvent<Payload>,
    readonly occurredAt: Date,
  ) {
    this.eventId = event.eventId;
    this.eventName = event.type.eventName;
    this.version = event.type.version;
    this.aggregateId = event.aggregateId;
    this.payload = event.payload;
  }
}
