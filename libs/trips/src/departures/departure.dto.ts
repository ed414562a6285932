import {
  EnumField,
  InstantField,
  IntegerField,
  ListField,
  LocalDateTimeField,
  PageOf,
  PageQuery,
  TextField,
  UuidField,
} from '@app/http';
import { DayOrInstantField, type DepartureRange } from './departure-range.js';
import { DEPARTURE_STATUSES, type DepartureStatus } from './departure-status.js';
import type { Departure } from './departure.entity.js';
import { MAX_OCCURRENCES } from './recurrence.js';

const MAX_CAPACITY = 100_000;

export class CreateDepartures {
  @LocalDateTimeField({ description: "By the wall clock of the trip's zone; in the future" })
  localStart: string;

  @IntegerField({ description: 'Seats', min: 1, max: MAX_CAPACITY, example: 10 })
  capacity: number;

  @TextField({
    optional: true,
    max: 500,
    description: `RFC 5545 RRULE with COUNT or UNTIL, at most ${MAX_OCCURRENCES} times: makes a departure for each, from localStart on, or none`,
    example: 'FREQ=WEEKLY;BYDAY=SA,SU;COUNT=8',
  })
  recurrence?: string;
}

export class UpdateDeparture {
  @IntegerField({ description: 'Seats', min: 1, max: MAX_CAPACITY, optional: true, example: 12 })
  capacity?: number;

  @EnumField(['scheduled', 'closed'], {
    optional: true,
    description: 'Only a scheduled departure sells',
    example: 'closed',
  })
  status?: 'scheduled' | 'closed';
}

export class CancelDeparture {
  @TextField({ max: 1_000, description: 'Told to its travellers', example: 'A storm is coming' })
  reason: string;
}

export class DeparturesQuery extends PageQuery implements DepartureRange {
  @DayOrInstantField({
    optional: true,
    description: "Earliest start: a day in the trip's zone, or an instant; now unless given",
  })
  from?: string;

  @DayOrInstantField({
    optional: true,
    description: "Latest start: a day in the trip's zone, or an instant",
    example: '2027-12-31',
  })
  to?: string;
}

export class DepartureView {
  @UuidField()
  id: string;

  @UuidField()
  tripId: string;

  @LocalDateTimeField({ description: "By the wall clock of the trip's zone" })
  localStart: string;

  @InstantField()
  startsAt: string;

  @InstantField({ example: '2027-01-10T22:00:00.000Z' })
  endsAt: string;

  @InstantField({ description: 'The end of its sale', example: '2027-01-10T13:00:00.000Z' })
  cutoffAt: string;

  @IntegerField({ description: 'Seats', example: 10 })
  capacity: number;

  @IntegerField({ description: 'Seats neither held nor booked, at this moment', example: 10 })
  seatsAvailable: number;

  @EnumField(DEPARTURE_STATUSES, { example: 'scheduled' })
  status: DepartureStatus;

  @TextField({ nullable: true, example: null })
  cancelReason: string | null;

  @InstantField()
  createdAt: string;

  @InstantField()
  updatedAt: string;
}

export class DepartureList {
  @ListField(() => DepartureView, { maxItems: MAX_OCCURRENCES })
  data: DepartureView[];
}

export class DeparturePage extends PageOf(DepartureView) {}

export function toDepartureView(departure: Departure): DepartureView {
  return {
    id: departure.id,
    tripId: departure.tripId,
    localStart: departure.localStart,
    startsAt: departure.startsAt.toISOString(),
    endsAt: departure.endsAt.toISOString(),
    cutoffAt: departure.cutoffAt.toISOString(),
    capacity: departure.capacity,
    seatsAvailable: departure.capacity - departure.seatsHeld - departure.seatsBooked,
    status: departure.status,
    cancelReason: departure.cancelReason,
    createdAt: departure.createdAt.toISOString(),
    updatedAt: departure.updatedAt.toISOString(),
  };
}
