import {
  CurrentUser,
  IdParam,
  InvalidRequest,
  Problems,
  Public,
  ResourceNotFound,
  Unauthenticated,
  type Actor,
} from '@app/http';
import { Body, Controller, Delete, Get, Header, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { isUUID } from 'class-validator';
import { TripSearchQuery } from './search/trip-search.dto.js';
import { TripSearch } from './search/trip-search.js';
import { TripAccess } from './trip-access.js';
import { CreateTrip, UpdateTrip, VendorTripsQuery } from './trip.dto.js';
import { TripArchived, TripInUse, VendorRequired } from './trip.errors.js';
import { TripPage, TripView } from './trip.view.js';
import { Trips } from './trips.service.js';

/** A body to try: without `vendorId`, which only its owner knows. */
const WALK = {
  title: 'Sacred Valley on foot',
  description: 'A day among terraces and salt pans, with lunch at a farm.',
  location: 'Cusco',
  country: 'PE',
  timeZone: 'America/Lima',
  latitude: -13.5167,
  longitude: -71.9781,
  durationMinutes: 480,
  currency: 'USD',
  cancellationPolicy: 'flexible',
  bookingCutoffMinutes: 60,
  units: [
    { type: 'adult', price: { amount: 15_000, currency: 'USD' } },
    { type: 'child', price: { amount: 9_000, currency: 'USD' }, minAge: 6, maxAge: 15 },
  ],
} satisfies CreateTrip;

@ApiTags('trips')
@ApiBearerAuth()
@Controller('trips')
export class TripsController {
  constructor(
    private readonly trips: Trips,
    private readonly access: TripAccess,
    private readonly results: TripSearch,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Draft a trip',
    description: 'It sells once it is published and its vendor approved.',
  })
  @ApiBody({ type: CreateTrip, examples: { 'a walk': { value: WALK } } })
  @ApiCreatedResponse({ type: TripView, description: 'The trip, a draft that its vendor alone sees' })
  @Problems(Unauthenticated, VendorRequired, ResourceNotFound, InvalidRequest)
  create(@CurrentUser() actor: Actor, @Body() body: CreateTrip): Promise<TripView> {
    return this.trips.create(actor, body);
  }

  @Public()
  @Get()
  @ApiOperation({
    summary: 'Search trips',
    description:
      'Those that are published, by approved vendors. With from, to or seats: those with a departure that still sells.',
  })
  @ApiOkResponse({ type: TripPage, description: 'One page of published trips' })
  @Problems(InvalidRequest)
  @Header('content-type', 'application/json; charset=utf-8')
  async search(@Query() query: TripSearchQuery): Promise<Buffer> {
    return Buffer.from(await this.results.search(query)); // a string would be copied once more, behind the header
  }

  @Public()
  @Get(':id')
  @ApiOperation({
    summary: 'A trip, by its id or its slug',
    description:
      'Drafts are for their vendor and for admins; archived ones also for those who have booked them.',
  })
  @ApiParam({ name: 'id', description: 'The id, or the slug', type: String })
  @ApiOkResponse({ type: TripView, description: 'The trip' })
  @Problems(ResourceNotFound)
  find(@CurrentUser() actor: Actor | undefined, @Param('id') id: string): Promise<TripView> {
    if (!isUUID(id)) return this.access.requireVisibleBySlug(actor, id);
    return this.access.requireVisible(actor, id.toLowerCase()); // as it is in the cache, and deleted from there
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change a trip', description: 'New prices and terms hold for new bookings only.' })
  @ApiOkResponse({ type: TripView, description: 'The trip, changed' })
  @ApiBody({
    type: UpdateTrip,
    examples: { 'another title': { value: { title: 'Sacred Valley by bicycle' } } },
  })
  @Problems(Unauthenticated, ResourceNotFound, TripArchived, TripInUse, InvalidRequest)
  update(@CurrentUser() actor: Actor, @IdParam() id: string, @Body() body: UpdateTrip): Promise<TripView> {
    return this.trips.update(actor, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Archive a trip', description: 'Nothing new of it sells; its bookings stand.' })
  @ApiNoContentResponse({ description: 'It is archived' })
  @Problems(Unauthenticated, ResourceNotFound, InvalidRequest)
  archive(@CurrentUser() actor: Actor, @IdParam() id: string): Promise<void> {
    return this.trips.archive(actor, id);
  }

  @Post(':id/publish')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Publish a trip',
    description: 'Search finds it as soon as its vendor is approved.',
  })
  @ApiOkResponse({ type: TripView, description: 'The trip, published' })
  @Problems(Unauthenticated, ResourceNotFound, TripArchived, InvalidRequest)
  publish(@CurrentUser() actor: Actor, @IdParam() id: string): Promise<TripView> {
    return this.trips.publish(actor, id);
  }
}

@ApiTags('vendors')
@ApiBearerAuth()
@Controller('vendors/:id/trips')
export class VendorTripsController {
  constructor(private readonly results: TripSearch) {}

  @Get()
  @ApiOperation({ summary: 'The trips of a vendor, to its members and to admins' })
  @ApiOkResponse({ type: TripPage, description: 'One page of trips, drafts and archived ones among them' })
  @Problems(Unauthenticated, ResourceNotFound, InvalidRequest)
  @Header('content-type', 'application/json; charset=utf-8')
  async list(
    @CurrentUser() actor: Actor,
    @IdParam() id: string,
    @Query() query: VendorTripsQuery,
  ): Promise<Buffer> {
    return Buffer.from(await this.results.ofVendor(actor, id, query)); // likewise
  }
}
