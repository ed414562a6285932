import {
  CurrentUser,
  IdParam,
  InvalidRequest,
  Problems,
  Public,
  ResourceNotFound,
  Unauthenticated,
  type Actor,
  type Page,
} from '@app/http';
import { Body, Controller, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiCreatedResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { TripArchived } from '../trip.errors.js';
import {
  CancelDeparture,
  CreateDepartures,
  DepartureList,
  DeparturePage,
  DeparturesQuery,
  DepartureView,
  toDepartureView,
  UpdateDeparture,
} from './departure.dto.js';
import { CapacityBelowSold, DepartureExists, DepartureOver } from './departure.errors.js';
import { Schedule } from './schedule.service.js';

@ApiTags('departures')
@ApiBearerAuth()
@Controller('trips/:id/departures')
export class TripDeparturesController {
  constructor(private readonly schedule: Schedule) {}

  @Post()
  @ApiOperation({
    summary: 'Plan a departure, or a series',
    description:
      'With a recurrence the answer is { data: [...] }: one departure for each time the rule comes round, by the wall clock ' +
      '(09:00 stays 09:00 across daylight saving). A day whose clocks are set forward over that time is left out, and COUNT goes on ' +
      'after it (RFC 5545). If one of the departures cannot be made, none is.',
  })
  @ApiBody({
    type: CreateDepartures,
    examples: {
      one: { value: { localStart: '2027-06-12T09:00:00', capacity: 10 } },
      series: {
        value: {
          localStart: '2027-06-12T09:00:00',
          capacity: 10,
          recurrence: 'FREQ=WEEKLY;BYDAY=SA,SU;COUNT=8',
        },
      },
    },
  })
  @ApiExtraModels(DepartureView, DepartureList)
  @ApiCreatedResponse({
    description: 'The departure, or the list of them for a series',
    schema: { oneOf: [{ $ref: getSchemaPath(DepartureView) }, { $ref: getSchemaPath(DepartureList) }] },
  })
  @Problems(Unauthenticated, ResourceNotFound, TripArchived, DepartureExists, InvalidRequest)
  async plan(
    @CurrentUser() actor: Actor,
    @IdParam() id: string,
    @Body() body: CreateDepartures,
  ): Promise<DepartureView | DepartureList> {
    const views = (await this.schedule.plan(actor, id, body)).map(toDepartureView);
    const [first] = views;
    return body.recurrence === undefined && first ? first : { data: views };
  }

  @Public()
  @Get()
  @ApiOperation({
    summary: 'When a trip departs',
    description:
      'The earliest first, from now on unless `from` says otherwise; cancelled departures are left out.',
  })
  @ApiOkResponse({ type: DeparturePage, description: 'One page of departures, the earliest first' })
  @Problems(ResourceNotFound, InvalidRequest)
  async list(
    @CurrentUser() actor: Actor | undefined,
    @IdParam() id: string,
    @Query() query: DeparturesQuery,
  ): Promise<Page<DepartureView>> {
    const { data, nextCursor } = await this.schedule.list(actor, id, query);
    return { data: data.map(toDepartureView), nextCursor };
  }
}

@ApiTags('departures')
@ApiBearerAuth()
@Controller('departures')
export class DeparturesController {
  constructor(private readonly schedule: Schedule) {}

  @Public()
  @Get(':id')
  @ApiOperation({ summary: 'A departure, with the seats it has left at this moment' })
  @ApiOkResponse({ type: DepartureView, description: 'The departure' })
  @Problems(ResourceNotFound, InvalidRequest)
  async find(@CurrentUser() actor: Actor | undefined, @IdParam() id: string): Promise<DepartureView> {
    return toDepartureView(await this.schedule.find(actor, id));
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change the capacity of a departure, close it, or open it again',
    description: 'Until it starts.',
  })
  @ApiOkResponse({ type: DepartureView, description: 'The departure, changed' })
  @Problems(Unauthenticated, ResourceNotFound, CapacityBelowSold, DepartureOver, InvalidRequest)
  async update(
    @CurrentUser() actor: Actor,
    @IdParam() id: string,
    @Body() body: UpdateDeparture,
  ): Promise<DepartureView> {
    return toDepartureView(await this.schedule.update(actor, id, body));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Cancel a departure',
    description: 'Its bookings are cancelled and refunded in full. Sent again, it changes nothing.',
  })
  @ApiOkResponse({ type: DepartureView, description: 'The departure, cancelled' })
  @Problems(Unauthenticated, ResourceNotFound, DepartureOver, InvalidRequest)
  async cancel(
    @CurrentUser() actor: Actor,
    @IdParam() id: string,
    @Body() { reason }: CancelDeparture,
  ): Promise<DepartureView> {
    return toDepartureView(await this.schedule.cancel(actor, id, reason));
  }
}
