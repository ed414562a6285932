import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import {
  CurrencyField,
  DateField,
  Forbidden,
  IntegerField,
  InvalidRequest,
  ListField,
  MoneyView,
  Problems,
  Roles,
} from '@app/http';
import { Clock } from '@app/kernel';
import { Analytics, type Day, type MoneyFlow, type Period } from './analytics.service.js';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
const MAX_DAYS = 366;

class AnalyticsQuery {
  @DateField({ optional: true, description: 'First day, UTC; 30 days before `to` unless given' })
  from?: string;

  @DateField({ optional: true, description: 'Last day, UTC; today unless given' })
  to?: string;
}

class MoneyFlowView implements MoneyFlow {
  @CurrencyField()
  currency: string;

  @IntegerField({ description: 'Minor units captured', example: 10_000 })
  gross: number;

  @IntegerField({ description: 'Minor units given back or on their way', example: 0 })
  refunded: number;

  @IntegerField({ description: 'Minor units of commission, net of refunds', example: 2000 })
  commission: number;

  @IntegerField({ description: 'Minor units paid out to vendors, net of returns', example: 0 })
  payouts: number;
}

class DayView implements Day {
  @DateField()
  date: string;

  @IntegerField({ description: 'Bookings made', example: 12 })
  bookings: number;

  @ListField(() => MoneyView, { maxItems: 200, description: 'Captured, by currency' })
  gross: MoneyView[];
}

const counts = (example: object) =>
  ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, example });

class AnalyticsView {
  @DateField()
  from: string;

  @DateField()
  to: string;

  @counts({ traveller: 120, admin: 1 })
  users: Record<string, number>;

  @counts({ approved: 8, pending: 2 })
  vendors: Record<string, number>;

  @counts({ confirmed: 40, cancelled: 3 })
  bookings: Record<string, number>;

  @ListField(() => MoneyFlowView, { maxItems: 200 })
  money: MoneyFlowView[];

  @ListField(() => DayView, { maxItems: MAX_DAYS })
  daily: DayView[];
}

@ApiTags('admin')
@ApiBearerAuth()
@Roles('admin')
@Controller('admin/analytics')
export class AnalyticsController {
  constructor(
    private readonly analytics: Analytics,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Users, vendors, bookings and money, and a daily series' })
  @ApiOkResponse({ type: AnalyticsView, description: 'The figures of the period; money by currency' })
  @Problems(Forbidden, InvalidRequest)
  async read(@Query() query: AnalyticsQuery): Promise<AnalyticsView> {
    const period = this.period(query);
    return {
      from: dayOf(period.from),
      to: dayOf(new Date(period.to.getTime() - DAY_MS)),
      users: await this.analytics.usersByRole(),
      vendors: await this.analytics.vendorsByStatus(),
      bookings: await this.analytics.bookingsByStatus(period),
      money: await this.analytics.money(period),
      daily: await this.analytics.daily(period),
    };
  }

  /** From the first moment of the first day to the first moment after the last. */
  private period(query: AnalyticsQuery): Period {
    const last = startOf('to', query.to ?? dayOf(this.clock.now()));
    const to = new Date(last.getTime() + DAY_MS);
    const from = query.from ? startOf('from', query.from) : new Date(to.getTime() - DEFAULT_DAYS * DAY_MS);
    if (from >= to) throw InvalidRequest.field('from', 'must not be after to');
    if (to.getTime() - from.getTime() > MAX_DAYS * DAY_MS) {
      throw InvalidRequest.field('from', `must be at most ${MAX_DAYS} days before to`);
    }
    return { from, to };
  }
}

const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10);

/** @throws InvalidRequest for a day that is in no calendar, e.g. 2027-02-30. */
function startOf(field: string, day: string): Date {
  const start = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(start.getTime()) || dayOf(start) !== day)
    throw InvalidRequest.field(field, 'must be a day of the calendar');
  return start;
}
