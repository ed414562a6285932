import {
  BooleanField,
  CountryField,
  CurrencyField,
  EnumField,
  InstantField,
  IntegerField,
  ListField,
  MoneyField,
  MoneyView,
  NumberField,
  ObjectField,
  PageOf,
  TextField,
  TimeZoneField,
  UuidField,
} from '@app/http';
import { CancellationTierView } from './cancellation-policy.field.js';
import { presetNames, type CancellationPolicy } from './cancellation-policy.js';
import { TRIP_STATUSES, type TripStatus } from './trip-status.js';
import { UNIT_TYPES, type UnitType } from './trip-unit.entity.js';

export class CancellationPolicyView {
  @EnumField([...presetNames, 'custom'], { example: 'flexible' })
  name: CancellationPolicy['name'];

  @ListField(() => CancellationTierView, { maxItems: 10, description: 'The earliest deadline first' })
  tiers: readonly CancellationTierView[];
}

export class TripUnitView {
  @UuidField()
  id: string;

  @EnumField(UNIT_TYPES, { example: 'adult' })
  type: UnitType;

  @MoneyField()
  price: MoneyView;

  @IntegerField({ description: 'Seats that one takes', example: 1 })
  paxCount: number;

  @IntegerField({ nullable: true, example: 18 })
  minAge: number | null;

  @IntegerField({ nullable: true, example: null })
  maxAge: number | null;

  @IntegerField({ nullable: true, example: 1, description: 'In one booking' })
  minQuantity: number | null;

  @IntegerField({ nullable: true, example: 10, description: 'In one booking' })
  maxQuantity: number | null;
}

export class TripView {
  @UuidField()
  id: string;

  @UuidField()
  vendorId: string;

  @TextField({ description: 'Works in place of the id', example: 'sacred-valley-on-foot-k3v9wq2x' })
  slug: string;

  @TextField({ example: 'Sacred Valley on foot' })
  title: string;

  @TextField({ example: 'A day among terraces and salt pans, with lunch at a farm.' })
  description: string;

  @TextField({ example: 'Cusco' })
  location: string;

  @CountryField()
  country: string;

  @NumberField({ nullable: true, example: -13.5167 })
  latitude: number | null;

  @NumberField({ nullable: true, example: -71.9781 })
  longitude: number | null;

  @TimeZoneField()
  timeZone: string;

  @IntegerField({ example: 480 })
  durationMinutes: number;

  @CurrencyField()
  currency: string;

  @EnumField(TRIP_STATUSES, { example: 'published' })
  status: TripStatus;

  @BooleanField({ description: 'Whether search finds it and it sells: published, and the vendor approved' })
  listed: boolean;

  @IntegerField({ description: 'The sale ends this long before the start', example: 60 })
  bookingCutoffMinutes: number;

  @ObjectField(() => CancellationPolicyView)
  cancellationPolicy: CancellationPolicyView;

  @MoneyField({ description: "An adult's price, or else the lowest: what search filters and sorts by" })
  priceFrom: MoneyView;

  @ListField(() => TripUnitView, { maxItems: UNIT_TYPES.length })
  units: TripUnitView[];

  @InstantField()
  createdAt: string;

  @InstantField()
  updatedAt: string;
}

export class TripPage extends PageOf(TripView) {}
