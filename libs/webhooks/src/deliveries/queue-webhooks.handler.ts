import type { Tx } from '@app/database';
import type { Delivered, DomainEventHandler } from '@app/events';
import { Injectable } from '@nestjs/common';
import { EventsHandler } from '@nestjs/cqrs';
import { WebhookEndpointsRepository } from '../endpoints/webhook-endpoints.repository.js';
import { PUBLIC_EVENTS, type PublicEvent } from '../public-events.js';
import { DeliveryQueue } from './delivery-queue.js';

/** Notes for every endpoint concerned that it has to be told. */
@Injectable()
@EventsHandler(...PUBLIC_EVENTS)
export class QueueWebhooks implements DomainEventHandler<PublicEvent> {
  constructor(
    private readonly endpoints: WebhookEndpointsRepository,
    private readonly queue: DeliveryQueue,
  ) {}

  async handle({ eventId, eventName, occurredAt, payload }: Delivered<PublicEvent>, tx: Tx): Promise<void> {
    const concerned = await this.endpoints.findConcerned(eventName, payload, tx);
    const ids = await this.queue.add(concerned, [{ eventId, eventName, occurredAt, data: payload }], tx);
    await this.queue.enqueue(ids, tx);
  }
}
