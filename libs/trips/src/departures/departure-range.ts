import { InvalidRequest, TextField, type FieldOptions } from '@app/http';
import { applyDecorators } from '@nestjs/common';
import { Validate, ValidatorConstraint, type ValidatorConstraintInterface } from 'class-validator';
import { Temporal } from 'temporal-polyfill';

/** When departures start. Each end is a day, by the trip's wall clock, or an instant; both ends are inside. */
export interface DepartureRange {
  readonly from?: string;
  readonly to?: string;
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** No zone is further ahead of UTC than 14 hours, or further behind than 12. */
const FURTHEST_AHEAD_MS = 14 * HOUR_MS;
const FURTHEST_BEHIND_MS = 12 * HOUR_MS;

/**
 * SQL conditions on a departure aliased `departure`, and their parameters. A day is compared with the local start, whose text sorts
 * as time does; wide bounds of `starts_at` beside it let an index serve it.
 *
 * @throws InvalidRequest when the range ends before it begins.
 */
export function startsWithin({ from, to }: DepartureRange): { conditions: string[]; parameters: object } {
  if (from && to && DAY.test(from) === DAY.test(to) && epochMs(to) < epochMs(from)) {
    throw InvalidRequest.field('to', 'must not be before from');
  }
  const conditions: string[] = [];
  if (from) conditions.push('departure.starts_at >= :earliest');
  if (from && DAY.test(from)) conditions.push('departure.local_start >= :from');
  if (to) conditions.push('departure.starts_at <= :latest');
  if (to && DAY.test(to)) conditions.push('departure.local_start < :endOfDay');
  return {
    conditions,
    parameters: {
      from,
      earliest: from && new Date(epochMs(from) - (DAY.test(from) ? FURTHEST_AHEAD_MS : 0)),
      latest: to && new Date(epochMs(to) + (DAY.test(to) ? DAY_MS + FURTHEST_BEHIND_MS : 0)),
      endOfDay: to && `${to}T24`,
    },
  };
}

const epochMs = (end: string): number =>
  DAY.test(end) ? Date.parse(`${end}T00:00:00Z`) : Temporal.Instant.from(end).epochMilliseconds;

@ValidatorConstraint({ name: 'isDayOrInstant' })
class IsDayOrInstant implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    if (typeof value !== 'string' || !/^\d{4}/.test(value)) return false;
    try {
      return Boolean(DAY.test(value) ? Temporal.PlainDate.from(value) : Temporal.Instant.from(value));
    } catch {
      return false;
    }
  }

  defaultMessage(): string {
    return '$property must be a day, e.g. 2027-01-10, or an ISO 8601 instant, e.g. 2027-01-10T14:00:00Z';
  }
}

/** One end of a {@link DepartureRange}. */
export const DayOrInstantField = (options: FieldOptions) =>
  applyDecorators(TextField({ example: '2027-01-10', ...options }), Validate(IsDayOrInstant));
