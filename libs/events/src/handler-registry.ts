import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { DomainEvent, DomainEventHandler, DomainEventType } from './domain-event.js';

/** Where `@EventsHandler(...)` of @nestjs/cqrs 12 leaves the event classes; the package does not export the name. */
const EVENTS_HANDLER_METADATA = '__eventsHandler__';

export interface RegisteredHandler {
  /** The class's name: part of what makes a delivery unique, so renaming a handler is a migration. */
  readonly name: string;
  readonly eventNames: readonly string[];
  readonly instance: DomainEventHandler<DomainEvent>;
}

/** Every `@EventsHandler` of the application. @nestjs/cqrs registers them too, on a stream that nobody feeds. */
@Injectable()
export class HandlerRegistry implements OnApplicationBootstrap {
  private readonly handlers = new Map<string, RegisteredHandler>();

  constructor(private readonly discovery: DiscoveryService) {}

  onApplicationBootstrap(): void {
    for (const { metatype, instance } of this.discovery.getProviders()) {
      const types =
        metatype && (Reflect.getMetadata(EVENTS_HANDLER_METADATA, metatype) as DomainEventType[] | undefined);
      if (!types) continue;
      const { name } = metatype;
      if (this.handlers.has(name)) throw new Error(`two event handlers are called ${name}`);
      this.handlers.set(name, { name, eventNames: types.map((type) => type.eventName), instance });
    }
  }

  handlersOf(eventName: string): RegisteredHandler[] {
    return [...this.handlers.values()].filter((handler) => handler.eventNames.includes(eventName));
  }

  names(): string[] {
    return [...this.handlers.keys()];
  }

  get(name: string): RegisteredHandler | undefined {
    return this.handlers.get(name);
  }
}
