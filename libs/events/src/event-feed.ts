import { Injectable, Logger } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { EventNotice } from './event-notice.js';
import { OutboxPublisher } from './outbox-publisher.js';

export type EventListener = (event: EventNotice) => void | Promise<void>;

/**
 * What this process has published, from the commit on, for whoever subscribes while it runs: a cache to drop, a screen to refresh. It
 * is fed through the stream of the event bus, and is a hint: nothing is kept, nothing repeated, and what other processes publish is not
 * heard here. Whatever must happen is an `@EventsHandler`.
 */
@Injectable()
export class EventFeed {
  private readonly logger = new Logger(EventFeed.name);

  constructor(
    private readonly bus: EventBus,
    publisher: OutboxPublisher,
  ) {
    publisher.published.subscribe((event) => this.bus.subject$.next(event));
  }

  /**
   * @param listener may throw or reject: that is logged, and harms neither the publisher nor other listeners.
   * @returns what ends the subscription.
   */
  subscribe(listener: EventListener): () => void {
    const subscription = this.bus.subject$.subscribe((event) => {
      if (event instanceof EventNotice) void this.tell(listener, event);
    });
    return () => subscription.unsubscribe();
  }

  private async tell(listener: EventListener, event: EventNotice): Promise<void> {
    try {
      await listener(event);
    } catch (error) {
      this.logger.error({ err: error, event: event.eventName }, 'a listener of the event feed failed');
    }
  }
}
