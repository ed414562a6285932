import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DeliveryNotWaiting, EventLog, ParkedDeliveries } from '@app/events';
import {
  CurrentUser,
  decodeCursor,
  Forbidden,
  IdParam,
  InvalidRequest,
  page,
  PageQuery,
  Problems,
  ResourceNotFound,
  Roles,
  type Actor,
  type Page,
} from '@app/http';
import {
  EventPage,
  EventQuery,
  EventView,
  ParkedDeliveryPage,
  SkipDecision,
  toEventView,
  toParkedDeliveryView,
} from './events.dto.js';
import { isJobId } from './job-id.js';

/** What happened, who was told of it, and what to do about those who could not be. */
@ApiTags('admin')
@ApiBearerAuth()
@Roles('admin')
@Controller('admin/events')
export class EventsController {
  constructor(
    private readonly log: EventLog,
    private readonly parked: ParkedDeliveries,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What was published, newest first, and how far its deliveries are' })
  @ApiOkResponse({ type: EventPage, description: 'One page of events, each with its deliveries' })
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
    return { data: data.map((event) => toEventView(event)), nextCursor };
  }

  @Get('parked')
  @ApiOperation({
    summary: 'Deliveries whose attempts are used up, newest first',
    description:
      'Each holds back the later events of its aggregate for its handler until it is retried or skipped.',
  })
  @ApiOkResponse({ type: ParkedDeliveryPage, description: 'One page of parked deliveries' })
  @Problems(Forbidden, InvalidRequest)
  async listParked(@Query() { limit, cursor }: PageQuery): Promise<ParkedDeliveryPage> {
    const [before] = decodeCursor(cursor, [isJobId]) ?? [];
    const deliveries = await this.parked.find({ before: before as string | undefined, limit: limit + 1 });
    const { data, nextCursor } = page(deliveries, limit, ({ id }) => [id]);
    return { data: data.map((delivery) => toParkedDeliveryView(delivery)), nextCursor };
  }

  @Get(':eventId')
  @ApiOperation({ summary: 'One event, and how far its deliveries are' })
  @ApiOkResponse({ type: EventView, description: 'The event, with its deliveries' })
  @Problems(ResourceNotFound, Forbidden, InvalidRequest)
  async find(@IdParam('eventId') eventId: string): Promise<EventView> {
    const event = await this.log.get(eventId);
    if (!event) throw new ResourceNotFound('event');
    return toEventView(event);
  }

  @Post(':eventId/redeliver')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Deliver an event to every handler that has not had it',
    description:
      'Parked deliveries are tried again, and handlers that came later than the event get it for the first time, ' +
      'possibly after later events of its aggregate. Done and skipped ones stay as they are.',
  })
  @ApiOkResponse({ type: EventView, description: 'The event, with its deliveries as they stand now' })
  @Problems(ResourceNotFound, Forbidden, InvalidRequest)
  async redeliver(@IdParam('eventId') eventId: string): Promise<EventView> {
    await this.find(eventId);
    await this.parked.redeliver(eventId);
    return this.find(eventId);
  }

  @Post(':eventId/deliveries/:handler/retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Try a waiting or parked delivery now, with all attempts before it again' })
  @ApiOkResponse({ type: EventView, description: 'The event, with its deliveries as they stand now' })
  @Problems(DeliveryNotWaiting, ResourceNotFound, Forbidden, InvalidRequest)
  async retry(@IdParam('eventId') eventId: string, @Param('handler') handler: string): Promise<EventView> {
    await this.expectDelivery(eventId, handler);
    await this.parked.retry(eventId, handler);
    return this.find(eventId);
  }

  @Post(':eventId/deliveries/:handler/skip')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Give a waiting or parked delivery up',
    description: 'The handler never sees the event, and goes on with the next one of its aggregate.',
  })
  @ApiOkResponse({ type: EventView, description: 'The event, with its deliveries as they stand now' })
  @Problems(DeliveryNotWaiting, ResourceNotFound, Forbidden, InvalidRequest)
  async skip(
    @CurrentUser() actor: Actor,
    @IdParam('eventId') eventId: string,
    @Param('handler') handler: string,
    @Body() { reason }: SkipDecision,
  ): Promise<EventView> {
    await this.expectDelivery(eventId, handler);
    await this.parked.skip(eventId, handler, { by: actor.id, reason });
    return this.find(eventId);
  }

  private async expectDelivery(eventId: string, handler: string): Promise<void> {
    const { deliveries } = await this.find(eventId);
    if (!deliveries.some((delivery) => delivery.handler === handler)) throw new ResourceNotFound('delivery');
  }
}
