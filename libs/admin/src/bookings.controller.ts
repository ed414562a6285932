import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { isUUID } from 'class-validator';
import {
  BookingPage,
  BookingQuery,
  BookingsRepository,
  toBookingView,
  type BookingView,
} from '@app/bookings';
import {
  decodeCursor,
  Forbidden,
  InvalidRequest,
  page,
  Problems,
  Roles,
  UuidField,
  type Page,
} from '@app/http';

class AllBookingsQuery extends BookingQuery {
  @UuidField({ optional: true })
  userId?: string;

  @UuidField({ optional: true })
  vendorId?: string;
}

@ApiTags('admin')
@ApiBearerAuth()
@Roles('admin')
@Controller('admin/bookings')
export class AllBookingsController {
  constructor(private readonly bookings: BookingsRepository) {}

  @Get()
  @ApiOperation({ summary: 'All bookings, newest first' })
  @ApiOkResponse({ type: BookingPage, description: 'One page of bookings' })
  @Problems(Forbidden, InvalidRequest)
  async list(@Query() { limit, cursor, ...filter }: AllBookingsQuery): Promise<Page<BookingView>> {
    const [before] = decodeCursor(cursor, [(id) => isUUID(id)]) ?? [];
    const rows = await this.bookings.findPage(filter, {
      limit: limit + 1,
      before: before as string | undefined,
    });
    const { data, nextCursor } = page(rows, limit, ({ id }) => [id]);
    return { data: data.map((booking) => toBookingView(booking)), nextCursor };
  }
}
