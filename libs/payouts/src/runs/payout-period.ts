import type { PayoutSchedule } from '@app/vendors';
import { Temporal } from 'temporal-polyfill';

/** The hour of the platform's day from which scheduled payouts are made. */
const DUE_FROM_HOUR = 6;

/** The ISO 8601 week or the month in which `instant` lies in the zone: `2027-W02`, `2027-01`. */
export function periodOf(schedule: PayoutSchedule, instant: Date, timeZone: string): string {
  const day = at(instant, timeZone);
  if (schedule === 'monthly') return day.toPlainDate().toPlainYearMonth().toString();
  // Around new year a week belongs to the year that has its Thursday.
  return `${pad(day.yearOfWeek, 4)}-W${pad(day.weekOfYear, 2)}`;
}

/** Weekly payouts are made on Mondays, monthly ones on the first, from 06:00 on: a process that was down at 06:00 still makes them that day. */
export function isDue(schedule: PayoutSchedule, instant: Date, timeZone: string): boolean {
  const { hour, dayOfWeek, day } = at(instant, timeZone);
  return hour >= DUE_FROM_HOUR && (schedule === 'weekly' ? dayOfWeek === 1 : day === 1);
}

function at(instant: Date, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone);
}

const pad = (number: number | undefined, digits: number) => String(number).padStart(digits, '0');
