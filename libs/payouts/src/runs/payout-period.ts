import type { PayoutSchedule } from '@app/vendors';
import { Temporal } from 'temporal-polyfill';

/** The hour of the platform's Monday from which weekly payouts are made. */
const DUE_FROM_HOUR = 8;

/** The ISO 8601 week or the month in which `instant` lies in the zone: `2027-W02`, `2027-01`. */
export function periodOf(schedule: PayoutSchedule, instant: Date, timeZone: string): string {
  const day = at(instant, timeZone);
  if (schedule === 'monthly') return day.toPlainDate().toPlainYearMonth().toString();
  // Around new year a week belongs to the year that has its Thursday.
  return `${pad(day.yearOfWeek, 4)}-W${pad(day.weekOfYear, 2)}`;
}

/**
 * Weekly payouts are due from Monday 08:00 on, monthly ones from the first 00:00, each until its period ends: however long no worker
 * lived, what was missed is made up for.
 */
export function isDue(schedule: PayoutSchedule, instant: Date, timeZone: string): boolean {
  if (schedule === 'monthly') return true;
  const { hour, dayOfWeek } = at(instant, timeZone);
  return dayOfWeek > 1 || hour >= DUE_FROM_HOUR;
}

function at(instant: Date, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone);
}

const pad = (number: number | undefined, digits: number) => String(number).padStart(digits, '0');
