import {
  decodeCursor,
  InvalidRequest,
  page,
  ResourceNotFound,
  type Actor,
  type Page,
  type PageQuery,
} from '@app/http';
import { Clock, newId } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { DataSource, LessThan } from 'typeorm';
import { WebhookEndpoints } from '../endpoints/webhook-endpoints.service.js';
import { TEST_EVENT } from '../public-events.js';
import { DeliveryQueue } from './delivery-queue.js';
import { ReplayWebhooks } from './replay.job.js';
import { WebhookDelivery, type DeliveryStatus } from './webhook-delivery.entity.js';

/** As far back as the log goes. */
const REPLAY_MS = 30 * 24 * 60 * 60_000;

/** What an endpoint was sent, and sending it again. */
@Injectable()
export class WebhookDeliveries {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly queue: DeliveryQueue,
    private readonly replays: ReplayWebhooks,
    private readonly clock: Clock,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  /** Newest first. @throws ResourceNotFound */
  async list(
    actor: Actor,
    endpointId: string,
    { status, limit, cursor }: PageQuery & { status?: DeliveryStatus },
  ): Promise<Page<WebhookDelivery>> {
    await this.endpoints.get(actor, endpointId);
    const before = decodeCursor(cursor, [(part) => isUUID(part)])?.[0] as string | undefined;
    const rows = await this.dataSource.manager.find(WebhookDelivery, {
      where: { endpointId, ...(status && { status }), ...(before && { id: LessThan(before) }) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return page(rows, limit, ({ id }) => [id]);
  }

  /** Also of one that arrived. @throws ResourceNotFound, EndpointDisabled */
  retry(actor: Actor, endpointId: string, id: string): Promise<WebhookDelivery> {
    return this.endpoints.urge(actor, endpointId, async (_, tx) => {
      const delivery = await tx.findOneBy(WebhookDelivery, { id, endpointId });
      if (!delivery) throw new ResourceNotFound('webhook delivery', id);
      delivery.sendAgain(this.clock.now());
      const { status, attempts, nextAttemptAt, claimedUntil } = delivery;
      await tx.update(WebhookDelivery, { id }, { status, attempts, nextAttemptAt, claimedUntil });
      await this.queue.enqueue([id], tx);
      return delivery;
    });
  }

  /** Sends something that nobody else is told. @throws ResourceNotFound, EndpointDisabled */
  test(actor: Actor, endpointId: string): Promise<WebhookDelivery> {
    return this.endpoints.urge(actor, endpointId, async (_, tx) => {
      const event = {
        eventId: newId(),
        eventName: TEST_EVENT,
        occurredAt: this.clock.now(),
        data: { endpointId },
      };
      const ids = await this.queue.add([endpointId], [event], tx);
      await this.queue.enqueue(ids, tx);
      return tx.findOneByOrFail(WebhookDelivery, { id: ids[0] });
    });
  }

  /** @throws ResourceNotFound, EndpointDisabled, TooManyReplays, InvalidRequest */
  replay(actor: Actor, endpointId: string, since: string): Promise<void> {
    return this.endpoints.urge(actor, endpointId, async (_, tx) => {
      const now = this.clock.now().getTime();
      const start = Date.parse(since);
      // NaN, for a day that no month has, is neither.
      if (!(start >= now - REPLAY_MS && start <= now))
        throw InvalidRequest.field('since', 'must be within the last 30 days');
      await this.replays.start({ endpointId, since: new Date(start).toISOString() }, tx);
    });
  }
}
