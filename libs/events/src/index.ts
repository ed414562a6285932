export { Backlog } from './backlog.js';
export * from './catalogue.js';
export {
  DomainEvent,
  type Delivered,
  type DomainEventHandler,
  type DomainEventType,
} from './domain-event.js';
export { EventDelivery } from './event-delivery.js';
export { EventFeed, type EventListener } from './event-feed.js';
export { EventNotice } from './event-notice.js';
export { EventLog, type EventFilter, type LoggedDelivery, type LoggedEvent } from './event-log.js';
export { EventStats, type Depth, type EventStatistics } from './event-stats.js';
export { EventsModule } from './events.module.js';
export { JobRuns, type JobRun } from './job-runs.js';
export { ParkedDeliveries, type ParkedDelivery, type Skip } from './parked-deliveries.js';
export { ParkedJobs, type ParkedJob } from './parked-jobs.js';
export { DeliveryNotWaiting } from './event.errors.js';
export { addJobs, Job, Jobs, type JobHandler, type JobRequest } from './jobs.js';
export { LANES, type Lane } from './lane.js';
export { backoffMs } from './backoff.js';
export { Schedule, type Rhythm, type ScheduleOptions, type ScheduleReport } from './schedule.js';
export { ScheduleRun } from './schedule-run.entity.js';
export { Schedules } from './schedules.service.js';
export { OutboxPublisher } from './outbox-publisher.js';
export { insertOutboxRows, outboxRows } from './outbox-rows.js';
export { OutboxRelay } from './outbox-relay.js';
export { OutboxEvent } from './outbox.entity.js';
export { ConsumedEvent } from './consumed-event.entity.js';
export { Turns } from './turns.js';
export { Worker } from './worker.js';
