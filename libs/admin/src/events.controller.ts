import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { EventLog, type LoggedEvent } from '@app/events';
import {
  decodeCursor,
  EnumField,
  Forbidden,
  InstantField,
  IntegerField,
  InvalidRequest,
  ListField,
  page,
  PageOf,
  PageQuery,
  Problems,
  Roles,
  TextField,
  UuidField,
  type Page,
} from '@app/http';

class EventQuery extends PageQuery {
  @TextField({ optional: true, example: 'booking.created' })
  name?: string;

  @UuidField({ optional: true, description: 'E.g. a booking: all that happened to it' })
  aggregateId?: string;
}

class DeliveryView {
  @TextField({ example: 'RefundCancelledBooking' })
  handler: string;

  @EnumField(['pending', 'done', 'parked', 'skipped'])
  status: 'pending' | 'done' | 'parked' | 'skipped';

  @IntegerField()
  attempts: number;

  @TextField({ optional: true })
  lastError?: string;
}

class EventView {
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

class EventPage extends PageOf(EventView) {}

@ApiTags('admin')
@ApiBearerAuth()
@Roles('admin')
@Controller('admin/events')
export class EventsController {
  constructor(private readonly log: EventLog) {}

  @Get()
  @ApiOperation({ summary: 'What was published, newest first, and how far its deliveries are' })
  @ApiOkResponse({ type: EventPage })
  @Problems(Forbidden, InvalidRequest)
  async list(@Query() { name, aggregateId, limit, cursor }: EventQuery): Promise<Page<EventView>> {
    const [before] = decodeCursor(cursor, [(sequence) => Number.isSafeInteger(sequence)]) ?? [];
    const events = await this.log.find({
      name,
      aggregateId,
      before: before as number | undefined,
      limit: limit + 1,
    });
    const { data, nextCursor } = page(events, limit, ({ sequence }) => [sequence]);
    return { data: data.map((event) => toView(event)), nextCursor };
  }
}

const toView = (event: LoggedEvent): EventView => ({ ...event, occurredAt: event.occurredAt.toISOString() });
