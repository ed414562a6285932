import { Body, Controller, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  CurrentUser,
  decodeCursor,
  Forbidden,
  Idempotency,
  Idempotent,
  IdempotencyKey,
  IdParam,
  InvalidRequest,
  page,
  Problems,
  ResourceNotFound,
  Unavailable,
  type Actor,
  type IdempotentRequest,
  type Page,
} from '@app/http';
import { Vendors } from '@app/vendors';
import { isUUID } from 'class-validator';
import {
  BookingPage,
  BookingQuery,
  BookingView,
  CancelBooking,
  CancellationQuoteView,
  CreateBooking,
  toBookingView,
  toQuoteView,
  UpdateBooking,
} from './booking.dto.js';
import {
  BookingNotChangeable,
  BookingTransitionNotAllowed,
  DepartureClosed,
  DepartureNotStarted,
  DepartureSoldOut,
  DepartureStarted,
  PaymentInProgress,
} from './booking.errors.js';
import type { Booking } from './booking.entity.js';
import { BookingsRepository } from './bookings.repository.js';
import { Bookings } from './bookings.service.js';
import { ChangeService } from './change.service.js';
import { CompletionService } from './completion.service.js';
import { HoldService } from './hold.service.js';

@ApiTags('bookings')
@ApiBearerAuth()
@Controller('bookings')
export class BookingsController {
  constructor(
    private readonly bookings: Bookings,
    private readonly holds: HoldService,
    private readonly changes: ChangeService,
    private readonly completion: CompletionService,
    private readonly repository: BookingsRepository,
    private readonly idempotency: Idempotency,
  ) {}

  @Post()
  @Idempotent()
  @ApiOperation({
    summary: 'Book seats on a departure',
    description:
      'Holds the seats until `holdExpiresAt`: pay before. A booking that costs nothing is confirmed at once.',
  })
  @ApiCreatedResponse({
    type: BookingView,
    description: 'The booking, its seats held until `holdExpiresAt`; confirmed when it costs nothing',
  })
  @Problems(DepartureSoldOut, DepartureClosed, ResourceNotFound, InvalidRequest, Unavailable)
  async create(
    @CurrentUser() actor: Actor,
    @Body() request: CreateBooking,
    @IdempotencyKey() key?: IdempotentRequest,
  ): Promise<BookingView> {
    const booking = await this.idempotency.run(
      key,
      () => this.holds.hold(actor, request, key),
      (id) => this.bookings.get(actor, id),
    );
    return toBookingView(booking);
  }

  @Get()
  @ApiOperation({ summary: 'Your bookings, newest first' })
  @ApiOkResponse({ type: BookingPage, description: 'One page of your bookings' })
  @Problems(InvalidRequest)
  async list(@CurrentUser() actor: Actor, @Query() query: BookingQuery): Promise<Page<BookingView>> {
    const bookings = await this.repository.findByUserId(actor.id, listRequest(query));
    return toPage(bookings, query.limit);
  }

  @Get(':id')
  @ApiOperation({ summary: 'A booking: yours, or one of your vendor’s' })
  @ApiOkResponse({ type: BookingView, description: 'The booking' })
  @Problems(ResourceNotFound, InvalidRequest)
  read(@CurrentUser() actor: Actor, @IdParam() id: string): Promise<BookingView> {
    return this.bookings.view(actor, id);
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change the contact, or the departure and items of a booking that is not paid yet',
    description:
      'New seats are claimed before the old ones are let go, and the booking is priced anew. The hold keeps its end.',
  })
  @ApiOkResponse({ type: BookingView, description: 'The booking, changed' })
  @Problems(
    BookingNotChangeable,
    PaymentInProgress,
    DepartureSoldOut,
    DepartureClosed,
    ResourceNotFound,
    InvalidRequest,
  )
  async change(
    @CurrentUser() actor: Actor,
    @IdParam() id: string,
    @Body() changes: UpdateBooking,
  ): Promise<BookingView> {
    await this.changes.change(actor, id, changes);
    return toBookingView(await this.bookings.get(actor, id));
  }

  @Get(':id/cancellation-quote')
  @ApiOperation({ summary: 'What cancelling now would give back' })
  @ApiOkResponse({ type: CancellationQuoteView, description: 'What would come back, and what would be kept' })
  @Problems(BookingTransitionNotAllowed, DepartureStarted, ResourceNotFound, InvalidRequest)
  async quote(@CurrentUser() actor: Actor, @IdParam() id: string): Promise<CancellationQuoteView> {
    const { booking, quote } = await this.bookings.quote(actor, id);
    return toQuoteView(booking, quote);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({
    summary: 'Cancel a booking',
    description:
      'The seats go back on sale at once; the refund follows by itself. The traveller is refunded by the policy he booked under; when vendor or admin cancels, in full.',
  })
  @ApiOkResponse({
    type: BookingView,
    description: 'The booking, cancelled. `refunded` follows when the money has arrived',
  })
  @Problems(BookingTransitionNotAllowed, DepartureStarted, ResourceNotFound, InvalidRequest)
  async cancel(
    @CurrentUser() actor: Actor,
    @IdParam() id: string,
    @Body() { reason }: CancelBooking,
    @IdempotencyKey() key?: IdempotentRequest,
  ): Promise<BookingView> {
    const booking = await this.idempotency.run(
      key,
      () => this.bookings.cancel(actor, id, reason, this.idempotency.recorder(key, 200)),
      () => this.bookings.get(actor, id),
    );
    return toBookingView(booking);
  }

  @Post(':id/complete')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({
    summary: 'Say that the trip took place',
    description:
      'For members of the vendor, from the start of the departure on. Otherwise it happens by itself when the departure ends.',
  })
  @ApiOkResponse({ type: BookingView, description: 'The booking, completed' })
  @Problems(BookingTransitionNotAllowed, DepartureNotStarted, Forbidden, ResourceNotFound, InvalidRequest)
  async complete(
    @CurrentUser() actor: Actor,
    @IdParam() id: string,
    @IdempotencyKey() key?: IdempotentRequest,
  ): Promise<BookingView> {
    const booking = await this.idempotency.run(
      key,
      () => this.completion.complete(actor, id, this.idempotency.recorder(key, 200)),
      () => this.bookings.get(actor, id),
    );
    return toBookingView(booking);
  }
}

@ApiTags('vendors')
@ApiBearerAuth()
@Controller('vendors/:id/bookings')
export class VendorBookingsController {
  constructor(
    private readonly vendors: Vendors,
    private readonly repository: BookingsRepository,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The bookings of a vendor’s trips, newest first' })
  @ApiOkResponse({ type: BookingPage, description: 'One page of the vendor’s bookings' })
  @Problems(ResourceNotFound, InvalidRequest)
  async list(
    @CurrentUser() actor: Actor,
    @IdParam() id: string,
    @Query() query: BookingQuery,
  ): Promise<Page<BookingView>> {
    await this.vendors.requireMember(actor, id);
    const bookings = await this.repository.findByVendorId(id, listRequest(query));
    return toPage(bookings, query.limit);
  }
}

/** One more than the page holds: whether there is a next one. */
function listRequest({ status, archived, limit, cursor }: BookingQuery) {
  const [before] = decodeCursor(cursor, [(id) => isUUID(id)]) ?? [];
  return { status, archived, limit: limit + 1, before: before as string | undefined };
}

function toPage(bookings: Booking[], limit: number): Page<BookingView> {
  const { data, nextCursor } = page(bookings, limit, ({ id }) => [id]);
  return { data: data.map((booking) => toBookingView(booking)), nextCursor };
}
