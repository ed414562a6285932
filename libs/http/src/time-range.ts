import { applyDecorators } from '@nestjs/common';
import { Validate, ValidatorConstraint, type ValidatorConstraintInterface } from 'class-validator';
import { TextField, type FieldOptions } from './fields/index.js';
import { InvalidRequest } from './http.errors.js';

const DAY = /^\d{4}-\d\d-\d\d$/;
const INSTANT =
  /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** @returns undefined for what is neither a day nor an instant, and for days that no calendar has, e.g. 2027-02-30. */
export function parseDayOrInstant(text: string): Date | undefined {
  const day = DAY.test(text) ? text : INSTANT.exec(text)?.[1];
  if (day === undefined) return undefined;
  const midnight = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return undefined;
  return day === text ? midnight : new Date(text);
}

@ValidatorConstraint({ name: 'isDayOrInstant' })
class IsDayOrInstant implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'string' && parseDayOrInstant(value) !== undefined;
  }

  defaultMessage(): string {
    return '$property must be a day, e.g. 2027-01-10, or an ISO 8601 instant, e.g. 2027-01-10T14:00:00Z';
  }
}

const EndOfRange = (options: FieldOptions) =>
  applyDecorators(TextField({ optional: true, max: 40, ...options }), Validate(IsDayOrInstant));

/** Query parameters of whatever happens in time. */
export class TimeRangeQuery {
  @EndOfRange({ description: 'Only from then on; a day begins at midnight UTC', example: '2027-01-01' })
  from?: string;

  @EndOfRange({ description: 'Only before then; a day begins at midnight UTC', example: '2027-02-01' })
  to?: string;
}

export interface TimeRange {
  readonly from?: Date;
  /** Exclusive. */
  readonly to?: Date;
}

/** @throws InvalidRequest when the range ends before it begins. */
export function readTimeRange(query: TimeRangeQuery): TimeRange {
  const from = query.from === undefined ? undefined : parseDayOrInstant(query.from);
  const to = query.to === undefined ? undefined : parseDayOrInstant(query.to);
  if (from && to && to < from) throw InvalidRequest.field('to', 'must not be before from');
  return { ...(from && { from }), ...(to && { to }) };
}
