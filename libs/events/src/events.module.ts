import { Global, Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Backlog } from './backlog.js';
import { ConsumedEvent } from './consumed-event.entity.js';
import { EventDelivery } from './event-delivery.js';
import { EventLog } from './event-log.js';
import { HandlerRegistry } from './handler-registry.js';
import { Jobs } from './jobs.js';
import { OutboxBell } from './outbox-bell.js';
import { OutboxEvent } from './outbox.entity.js';
import { OutboxPublisher } from './outbox-publisher.js';
import { OutboxRelay } from './outbox-relay.js';
import { Worker } from './worker.js';

@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [OutboxPublisher, OutboxBell, Jobs],
  exports: [OutboxPublisher, OutboxBell, Jobs],
})
class OutboxModule {}

/** The event bus with the outbox behind it, and jobs. */
@Global()
@Module({})
export class EventsModule {
  /** @param options.worker whether this process also relays events and runs jobs. */
  static forRoot({ worker }: { worker: boolean }): DynamicModule {
    return {
      module: EventsModule,
      imports: [
        OutboxModule,
        DiscoveryModule,
        TypeOrmModule.forFeature([OutboxEvent, ConsumedEvent]),
        CqrsModule.forRootAsync({
          imports: [OutboxModule],
          inject: [OutboxPublisher],
          useFactory: (eventPublisher: OutboxPublisher) => ({ eventPublisher }),
        }),
      ],
      providers: [
        Backlog,
        HandlerRegistry,
        OutboxRelay,
        EventDelivery,
        EventLog,
        ...(worker ? [Worker] : []),
      ],
      exports: [Backlog, OutboxModule, CqrsModule, OutboxRelay, EventDelivery, EventLog],
    };
  }
}
