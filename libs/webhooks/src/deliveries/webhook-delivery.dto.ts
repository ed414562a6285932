import {
  EnumField,
  InstantField,
  IntegerField,
  ListField,
  PageOf,
  PageQuery,
  TextField,
  UuidField,
} from '@app/http';
import { DELIVERY_STATUSES, type DeliveryStatus, type WebhookDelivery } from './webhook-delivery.entity.js';

export class DeliveryQuery extends PageQuery {
  @EnumField(DELIVERY_STATUSES, { optional: true })
  status?: DeliveryStatus;
}

export class ReplaySince {
  @InstantField({ description: 'Within the last 30 days' })
  since: string;
}

export class AttemptView {
  @InstantField({ description: 'When its outcome was known' })
  at: string;

  @IntegerField({
    nullable: true,
    description: 'The HTTP status of the answer; null if none came',
    example: 500,
  })
  statusCode: number | null;

  @IntegerField({ description: 'Until the answer', example: 120 })
  durationMs: number;

  @TextField({
    nullable: true,
    description: 'Why there was no answer, or why it does not count',
    example: null,
  })
  error: string | null;

  @TextField({ nullable: true, description: 'The first kilobyte of the answer', max: 1_024, example: 'Oops' })
  answer: string | null;
}

export class DeliveryView {
  @UuidField()
  id: string;

  @UuidField({ description: 'Sent as webhook-id, the same on every attempt' })
  eventId: string;

  @TextField({ description: 'The name of the event', example: 'booking.created' })
  type: string;

  @InstantField({ description: 'When it happened' })
  timestamp: string;

  @EnumField(DELIVERY_STATUSES, {
    description: 'failed: no more attempts, unless asked for',
    example: 'succeeded',
  })
  status: DeliveryStatus;

  @ListField(() => AttemptView, { maxItems: 30, description: 'The oldest first; at most the last 30' })
  attempts: AttemptView[];

  @InstantField({ nullable: true, description: 'Null once it is over' })
  nextAttemptAt: string | null;

  @InstantField()
  createdAt: string;
}

export class DeliveryPage extends PageOf(DeliveryView) {}

export function toDeliveryView(delivery: WebhookDelivery): DeliveryView {
  return {
    id: delivery.id,
    eventId: delivery.eventId,
    type: delivery.eventName,
    timestamp: delivery.occurredAt.toISOString(),
    status: delivery.status,
    attempts: delivery.log.map(({ at, status, durationMs, error, excerpt }) => ({
      at,
      statusCode: status,
      durationMs,
      error,
      answer: excerpt,
    })),
    nextAttemptAt: delivery.nextAttemptAt?.toISOString() ?? null,
    createdAt: delivery.createdAt.toISOString(),
  };
}

export class ReplayView {
  @InstantField({ description: 'What happened since then is sent again, a part at a time' })
  since: string;
}
