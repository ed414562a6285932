import { CountryField, CurrencyField, EnumField, IntegerField, PageQuery, TextField } from '@app/http';
import { DayOrInstantField, type DepartureRange } from '../departures/departure-range.js';

export const TRIP_SORTS = ['newest', 'price', '-price'] as const;
export type TripSort = (typeof TRIP_SORTS)[number];

export class TripSearchQuery extends PageQuery implements DepartureRange {
  @TextField({
    optional: true,
    example: 'walk "sacred valley" -bus',
    description: 'Words of the title, the place or the description; "in quotes", or, -not',
  })
  q?: string;

  @CountryField({ optional: true })
  country?: string;

  @DayOrInstantField({
    optional: true,
    description: "With a departure that starts then or later: a day in the trip's zone, or an instant",
  })
  from?: string;

  @DayOrInstantField({
    optional: true,
    description: 'With a departure that starts then or earlier',
    example: '2027-12-31',
  })
  to?: string;

  @IntegerField({
    optional: true,
    fromQuery: true,
    min: 0,
    description: 'Of `priceFrom`, in minor units: give the currency too',
  })
  minPrice?: number;

  @IntegerField({
    optional: true,
    fromQuery: true,
    min: 0,
    description: 'Of `priceFrom`, in minor units: give the currency too',
  })
  maxPrice?: number;

  @CurrencyField({ optional: true })
  currency?: string;

  @IntegerField({
    optional: true,
    fromQuery: true,
    min: 1,
    max: 1_000,
    description: 'With a departure that has as many left',
  })
  seats?: number;

  @EnumField(TRIP_SORTS, {
    optional: true,
    example: 'newest',
    description: '`newest` first unless given; `price`: the lowest first; `-price`: the highest',
  })
  sort: TripSort = 'newest';
}
