import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { LAST_YEAR } from './local-time.js';

export const MAX_OCCURRENCES = 366;

/** Periods looked at before a rule that matches next to nothing is given up. */
const MAX_PERIODS = 4_000;

const FREQUENCIES = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY'];
const OTHER_PARTS = new Set([
  'INTERVAL',
  'COUNT',
  'UNTIL',
  'BYMONTH',
  'BYWEEKNO',
  'BYYEARDAY',
  'BYMONTHDAY',
  'BYDAY',
  'BYHOUR',
  'BYMINUTE',
  'BYSETPOS',
  'WKST',
]);

/** A recurrence rule that cannot be followed. The message follows the name of a field: "recurrence ...". */
export class BadRecurrence extends Error {}

/**
 * The times at which a rule comes round, from `first` on, by the wall clock: 09:00 stays 09:00 in summer and in winter. A time that
 * clocks are set forward over is left out, as RFC 5545 section 3.3.10 says.
 *
 * @param rule RFC 5545 RRULE with COUNT or UNTIL, e.g. `FREQ=WEEKLY;BYDAY=MO,FR;COUNT=20`.
 * @throws BadRecurrence when the rule cannot be read, has no end, or comes round never, more than {@link MAX_OCCURRENCES} times or
 * after {@link LAST_YEAR}.
 */
export function occurrences(rule: string, first: Temporal.ZonedDateTime): Temporal.ZonedDateTime[] {
  const parts = partsOf(rule);
  if (!parts.has('COUNT') && !parts.has('UNTIL')) throw new BadRecurrence('must end, by COUNT or UNTIL');
  const found = expand(rule, first);
  if (found.length === 0) throw new BadRecurrence('never comes round');
  if (found.length > MAX_OCCURRENCES) {
    throw new BadRecurrence(`must come round at most ${MAX_OCCURRENCES} times`);
  }
  if (found.some(({ year }) => year > LAST_YEAR)) {
    throw new BadRecurrence(`must end before the year ${LAST_YEAR + 1}`);
  }
  return found;
}

function partsOf(rule: string): ReadonlyMap<string, string> {
  const pairs = rule
    .replace(/^RRULE:/, '')
    .split(';')
    .map((part) => part.split('=') as [string, string]);
  const parts = new Map(pairs);
  if (!FREQUENCIES.includes(parts.get('FREQ') ?? '')) {
    throw new BadRecurrence(`must be an RFC 5545 RRULE with FREQ one of ${FREQUENCIES.join(', ')}`);
  }
  for (const [name, value] of pairs) {
    if (name !== 'FREQ' && !OTHER_PARTS.has(name)) throw new BadRecurrence(`must not have a part ${name}`);
    if (!/^[A-Z0-9+,-]+$/.test(value)) throw new BadRecurrence(`must have a value for ${name}`);
  }
  for (const name of ['COUNT', 'INTERVAL']) {
    if (!/^[1-9]\d{0,3}$/.test(parts.get(name) ?? '1')) {
      throw new BadRecurrence(`must have a whole number for ${name} from 1 to 9999`);
    }
  }
  if (parts.size < pairs.length) throw new BadRecurrence('must not have a part twice');
  return parts;
}

function expand(rule: string, dtstart: Temporal.ZonedDateTime): Temporal.ZonedDateTime[] {
  try {
    const rruleString = rule.replace(/(?<=UNTIL=)\d{8}(?=;|$)/, (day) => endOf(day, dtstart.timeZoneId));
    const options = { temporal: Temporal, strict: true, maxIterations: MAX_PERIODS };
    return new RRuleTemporal({ rruleString, dtstart, ...options }).all(
      (_, index) => index <= MAX_OCCURRENCES,
    );
  } catch (error) {
    throw new BadRecurrence(`cannot be followed: ${(error as Error).message}`);
  }
}

/** RFC 5545 wants UNTIL in UTC beside a start with a zone; people write the last day. @returns its last second, e.g. `20270123T045959Z`. */
function endOf(day: string, timeZone: string): string {
  const midnight = Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(timeZone);
  const last = midnight.subtract({ seconds: 1 }).toInstant();
  return last.toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '');
}
