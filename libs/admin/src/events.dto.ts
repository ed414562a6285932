import { ApiProperty } from '@nestjs/swagger';
import type { LoggedEvent, ParkedDelivery } from '@app/events';
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

export class EventQuery extends PageQuery {
  @TextField({ optional: true, example: 'booking.created' })
  name?: string;

  @UuidField({ optional: true, description: 'E.g. a booking: all that happened to it' })
  aggregateId?: string;
}

export class SkipDecision {
  @TextField({
    max: 500,
    description: 'Kept with the delivery',
    example: 'The booking was corrected by hand',
  })
  reason: string;
}

class DeliveryView {
  @TextField({ example: 'RefundCancelledBooking' })
  handler: string;

  @EnumField(['pending', 'done', 'parked', 'skipped'], {
    description:
      'parked: its attempts are used up, and it holds back what follows for the same aggregate and handler. ' +
      'skipped: by an admin; or, with no `skippedBy`, the handler came later than the event.',
  })
  status: 'pending' | 'done' | 'parked' | 'skipped';

  @IntegerField()
  attempts: number;

  @TextField({ optional: true })
  lastError?: string;

  @UuidField({ optional: true, description: 'The admin' })
  skippedBy?: string;

  @TextField({ optional: true, max: 500 })
  skipReason?: string;
}

export class EventView {
  @UuidField()
  eventId: string;

  @TextField({ example: 'booking.created' })
  eventName: string;

  @IntegerField({ example: 1 })
  version: number;

  @UuidField()
  aggregateId: string;

  @IntegerField({ description: 'Rises within an aggregate; gaps mean nothing' })
  sequence: number;

  @InstantField()
  occurredAt: string;

  @ApiProperty({ type: 'object', additionalProperties: true })
  payload: object;

  @ListField(() => DeliveryView, { maxItems: 50 })
  deliveries: DeliveryView[];
}

export class EventPage extends PageOf(EventView) {}

class ParkedDeliveryView {
  @UuidField()
  eventId: string;

  @TextField({ example: 'booking.cancelled' })
  eventName: string;

  @UuidField()
  aggregateId: string;

  @TextField({ example: 'RefundCancelledBooking' })
  handler: string;

  @IntegerField()
  attempts: number;

  @TextField({ nullable: true, description: 'Null when every attempt ended with its worker' })
  lastError: string | null;

  @InstantField()
  parkedAt: string;
}

export class ParkedDeliveryPage extends PageOf(ParkedDeliveryView) {}

export const toEventView = (event: LoggedEvent): EventView => ({
  ...event,
  occurredAt: event.occurredAt.toISOString(),
});

export const toParkedDeliveryView = (delivery: ParkedDelivery): ParkedDeliveryView => ({
  eventId: delivery.eventId,
  eventName: delivery.eventName,
  aggregateId: delivery.aggregateId,
  handler: delivery.handler,
  attempts: delivery.attempts,
  lastError: delivery.lastError,
  parkedAt: delivery.parkedAt.toISOString(),
});
