import type { Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, LessThan, Repository } from 'typeorm';
import type { PublicEvent } from '../public-events.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';

/** Those of these vendors only; all of them, the platform's own too, without. */
export interface EndpointFilter {
  readonly vendorIds?: readonly string[];
}

@Injectable()
export class WebhookEndpointsRepository {
  constructor(@InjectRepository(WebhookEndpoint) private readonly endpoints: Repository<WebhookEndpoint>) {}

  findById(id: string): Promise<WebhookEndpoint | null> {
    return this.endpoints.findOneBy({ id });
  }

  /** The one that a delivery still waits for. */
  findWaitedFor(deliveryId: string): Promise<WebhookEndpoint | null> {
    return this.endpoints
      .createQueryBuilder('endpoint')
      .where(
        `endpoint.id = (SELECT endpoint_id FROM webhook_deliveries WHERE id = :deliveryId AND status = 'pending')`,
        {
          deliveryId,
        },
      )
      .getOne();
  }

  /** Newest first. @param range.before the id that the page before ended with. */
  findPage(
    { vendorIds }: EndpointFilter,
    range: { limit: number; before?: string },
  ): Promise<WebhookEndpoint[]> {
    return this.endpoints.find({
      where: {
        ...(vendorIds && { vendorId: In(vendorIds) }),
        ...(range.before && { id: LessThan(range.before) }),
      },
      order: { id: 'DESC' },
      take: range.limit,
    });
  }

  /** With its secrets. Lock order: endpoint, delivery. */
  lock(id: string, tx: Tx): Promise<WebhookEndpoint | null> {
    return tx
      .createQueryBuilder(WebhookEndpoint, 'endpoint')
      .addSelect(['endpoint.secret', 'endpoint.previousSecrets'])
      .where({ id })
      .setLock('for_no_key_update')
      .getOne();
  }

  /** @param limit how many its owner may have. @returns false when he has as many already. */
  async add(endpoint: WebhookEndpoint, limit: number, tx: Tx): Promise<boolean> {
    const owner = `webhook-endpoints:${endpoint.vendorId ?? 'platform'}`;
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [owner]);
    const [{ count }] = await tx.query<[{ count: number }]>(
      'SELECT count(*)::integer AS count FROM webhook_endpoints WHERE vendor_id IS NOT DISTINCT FROM $1',
      [endpoint.vendorId],
    );
    if (count >= limit) return false;
    await tx.insert(WebhookEndpoint, endpoint);
    return true;
  }

  /** Locked by the caller. */
  async save({ id, ...columns }: WebhookEndpoint, tx: Tx): Promise<void> {
    await tx.update(WebhookEndpoint, { id }, columns);
  }

  /** With all that it was sent. */
  async delete(id: string): Promise<void> {
    await this.endpoints.delete({ id });
  }

  /** The ids of those that want to be told: the platform's, and those of the vendor whom the event, or its booking, belongs to. */
  async findConcerned(eventName: string, payload: PublicEvent['payload'], tx: Tx): Promise<string[]> {
    const rows = await tx.query<{ id: string }[]>(
      /* sql */ `
      SELECT id FROM webhook_endpoints
      WHERE enabled AND $1 = ANY (events) AND (
        vendor_id IS NULL OR vendor_id = coalesce($2::uuid, (SELECT vendor_id FROM bookings WHERE id = $3::uuid))
      )
      ORDER BY id`,
      [
        eventName,
        'vendorId' in payload ? payload.vendorId : null,
        'bookingId' in payload ? payload.bookingId : null,
      ],
    );
    return rows.map(({ id }) => id);
  }
}
