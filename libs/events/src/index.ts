export { Backlog } from './backlog.js';
export * from './catalogue.js';
export {
  DomainEvent,
  type Delivered,
  type DomainEventHandler,
  type DomainEventType,
} from './domain-event.js';
export { EventDelivery } from './event-delivery.js';
export { EventLog, type EventFilter, type LoggedDelivery, type LoggedEvent } from './event-log.js';
export { EventsModule } from './events.module.js';
export { Job, Jobs, type JobHandler, type JobRequest } from './jobs.js';
export { OutboxRelay } from './outbox-relay.js';
export { OutboxEvent } from './outbox.entity.js';
export { ConsumedEvent } from './consumed-event.entity.js';
