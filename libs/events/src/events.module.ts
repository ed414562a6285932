import { Global, Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { ScheduleModule } from '@nestjs/schedule';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Backlog } from './backlog.js';
import { ConsumedEvent } from './consumed-event.entity.js';
import { EventDelivery } from './event-delivery.js';
import { EventFeed } from './event-feed.js';
import { EventLog } from './event-log.js';
import { EventStats } from './event-stats.js';
import { HandlerRegistry } from './handler-registry.js';
import { JobRuns } from './job-runs.js';
import { JobTasks } from './job-tasks.js';
import { Jobs } from './jobs.js';
import { OutboxBell } from './outbox-bell.js';
import { OutboxEvent } from './outbox.entity.js';
import { OutboxPurge } from './outbox-purge.js';
import { OutboxPublisher } from './outbox-publisher.js';
import { OutboxRelay } from './outbox-relay.js';
import { ParkedDeliveries } from './parked-deliveries.js';
import { ParkedJobs } from './parked-jobs.js';
import { ScheduleRun } from './schedule-run.entity.js';
import { ScheduleRunsRepository } from './schedule-runs.repository.js';
import { ScheduleTimers } from './schedule-timers.js';
import { Schedules } from './schedules.service.js';
import { Worker } from './worker.js';

@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [OutboxPublisher, OutboxBell, Jobs],
  exports: [OutboxPublisher, OutboxBell, Jobs],
})
class OutboxModule {}

/** The event bus with the outbox behind it, jobs and schedules. */
@Global()
@Module({})
export class EventsModule {
  /** @param options.worker whether this process also relays events, runs jobs and keeps the schedules. */
  static forRoot({ worker }: { worker: boolean }): DynamicModule {
    return {
      module: EventsModule,
      imports: [
        OutboxModule,
        DiscoveryModule,
        TypeOrmModule.forFeature([OutboxEvent, ConsumedEvent, ScheduleRun]),
        ...(worker ? [ScheduleModule.forRoot()] : []),
        CqrsModule.forRootAsync({
          imports: [OutboxModule],
          inject: [OutboxPublisher],
          useFactory: (eventPublisher: OutboxPublisher) => ({ eventPublisher }),
        }),
      ],
      providers: [
        Backlog,
        HandlerRegistry,
        OutboxPurge,
        OutboxRelay,
        EventDelivery,
        EventFeed,
        EventLog,
        EventStats,
        JobRuns,
        JobTasks,
        ParkedDeliveries,
        ParkedJobs,
        ScheduleRunsRepository,
        Schedules,
        ...(worker ? [ScheduleTimers, Worker] : []),
      ],
      exports: [
        Backlog,
        OutboxModule,
        CqrsModule,
        OutboxRelay,
        EventDelivery,
        EventFeed,
        EventLog,
        EventStats,
        JobRuns,
        JobTasks,
        ParkedDeliveries,
        ParkedJobs,
        Schedules,
        ...(worker ? [Worker] : []),
      ],
    };
  }
}
