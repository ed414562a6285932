import { newId } from '@app/kernel';
import type { Tx } from '@app/database';

/**
 * Something that has happened, told in the past tense: ids, money and times, never entities. A subclass names itself
 * (`eventName` is its public wire name) and says which aggregate it belongs to.
 */
export abstract class DomainEvent<Payload extends object = object> {
  /** Stable through every retry and redelivery: consumers tell repeats by it. */
  readonly eventId = newId();

  constructor(readonly payload: Readonly<Payload>) {}

  abstract get aggregateId(): string;

  get type(): DomainEventType {
    return this.constructor as unknown as DomainEventType;
  }
}

/** The static side of an event class. */
export interface DomainEventType {
  readonly name: string;
  /** `<aggregate>.<past participle>`, e.g. `booking.created`. */
  readonly eventName: string;
  /** Raised when the payload changes shape. */
  readonly version: number;
}

/** An event as its handlers see it: read back from the outbox. */
export type Delivered<E extends DomainEvent> = Pick<E, 'payload' | 'aggregateId' | 'eventId'> & {
  /** For handlers of several events. */
  readonly eventName: string;
  /** Rises within an aggregate, in the order in which its changes were committed. */
  readonly sequence: number;
  readonly occurredAt: Date;
};

/**
 * What a class marked `@EventsHandler(...)` implements. Its effects in the database happen exactly once: they commit together with
 * the note that the event was consumed. It therefore never calls out; it writes rows and enqueues jobs.
 */
export interface DomainEventHandler<E extends DomainEvent> {
  handle(event: Delivered<E>, tx: Tx): Promise<void>;
}
