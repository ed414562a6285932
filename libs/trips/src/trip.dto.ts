import {
  CountryField,
  CurrencyField,
  EnumField,
  IntegerField,
  ListField,
  NumberField,
  ObjectField,
  PageQuery,
  TextField,
  TimeZoneField,
  UuidField,
} from '@app/http';
import { MAX_AMOUNT, type Money } from '@app/kernel';
import { OmitType, PartialType } from '@nestjs/swagger';
import { CancellationPolicyField } from './cancellation-policy.field.js';
import type { CancellationTier, PolicyPreset } from './cancellation-policy.js';
import { TRIP_STATUSES, type TripStatus } from './trip-status.js';
import { UNIT_TYPES, type UnitType } from './trip-unit.entity.js';
import type { StatedUnit } from './unit-rules.js';

const MAX_DURATION_MINUTES = 90 * 24 * 60;
const MAX_CUTOFF_MINUTES = 365 * 24 * 60;

/** So high that a whole booking's total is still a safe integer. */

export class UnitPrice implements Money {
  @IntegerField({ description: 'Minor units: 15000 is 150.00 USD', min: 0, max: MAX_AMOUNT, example: 15000 })
  amount: number;

  @CurrencyField({ description: "The trip's" })
  currency: string;
}

export class TripUnitInput implements StatedUnit {
  @EnumField(UNIT_TYPES, { example: 'adult' })
  type: UnitType;

  @ObjectField(() => UnitPrice)
  price: UnitPrice;

  @IntegerField({ description: 'Seats that one takes', min: 0, max: 100, default: 1, optional: true })
  paxCount?: number;

  @IntegerField({ min: 0, max: 150, optional: true, nullable: true, example: 18 })
  minAge?: number | null;

  @IntegerField({ min: 0, max: 150, optional: true, nullable: true, example: null })
  maxAge?: number | null;

  @IntegerField({
    description: 'In one booking',
    min: 1,
    max: 1_000,
    optional: true,
    nullable: true,
    example: 1,
  })
  minQuantity?: number | null;

  @IntegerField({
    description: 'In one booking',
    min: 1,
    max: 1_000,
    optional: true,
    nullable: true,
    example: 10,
  })
  maxQuantity?: number | null;
}

export class CreateTrip {
  @UuidField({ optional: true, description: 'May be left out by whoever acts for one vendor only' })
  vendorId?: string;

  @TextField({ max: 140, example: 'Sacred Valley on foot' })
  title: string;

  @TextField({ max: 10_000, example: 'A day among terraces and salt pans, with lunch at a farm.' })
  description: string;

  @TextField({ example: 'Cusco' })
  location: string;

  @CountryField()
  country: string;

  @TimeZoneField({ description: 'IANA; the zone of its departures' })
  timeZone: string;

  @NumberField({ min: -90, max: 90, optional: true, nullable: true, example: -13.5167 })
  latitude?: number | null;

  @NumberField({ min: -180, max: 180, optional: true, nullable: true, example: -71.9781 })
  longitude?: number | null;

  @IntegerField({ min: 1, max: MAX_DURATION_MINUTES, example: 480 })
  durationMinutes: number;

  @CurrencyField({ description: 'Of all its prices' })
  currency: string;

  @CancellationPolicyField()
  cancellationPolicy: PolicyPreset | CancellationTier[];

  @IntegerField({
    description: 'The sale ends this long before the start',
    min: 0,
    max: MAX_CUTOFF_MINUTES,
    example: 60,
  })
  bookingCutoffMinutes: number;

  @ListField(() => TripUnitInput, {
    minItems: 1,
    maxItems: UNIT_TYPES.length,
    description: 'At most one of each type',
  })
  units: TripUnitInput[];
}

/** `units` replaces the whole list; a unit of a type that was there before keeps its id. */
export class UpdateTrip extends PartialType(OmitType(CreateTrip, ['vendorId']), {
  skipNullProperties: false,
}) {}

export class VendorTripsQuery extends PageQuery {
  @EnumField(TRIP_STATUSES, { optional: true, example: 'published' })
  status?: TripStatus;
}
