import { Temporal } from 'temporal-polyfill';

/** Local years end here, so that the end of a trip, months later and in any zone, still has a year of four digits in ISO 8601. */
export const LAST_YEAR = 9998;

/** A wall-clock time that cannot be a start. The message follows the name of a field: "localStart ...". */
export class NoSuchLocalTime extends Error {}

/**
 * The moment a wall clock shows `local` in `timeZone`. Where clocks are set back and show it twice, the earlier one.
 *
 * @param local ISO 8601 without an offset; seconds may be left out.
 * @param timeZone IANA.
 * @throws NoSuchLocalTime for a day that is not in the calendar, after {@link LAST_YEAR}, and where clocks are set forward and never
 * show it.
 */
export function atLocalTime(local: string, timeZone: string): Temporal.ZonedDateTime {
  const wallClock = parse(local);
  if (wallClock.year > LAST_YEAR) throw new NoSuchLocalTime(`must be before the year ${LAST_YEAR + 1}`);
  const zoned = wallClock.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  if (!zoned.toPlainDateTime().equals(wallClock)) {
    throw new NoSuchLocalTime(`does not exist in ${timeZone}: clocks are set forward over it`);
  }
  return zoned;
}

/** What the wall clock shows at that moment, as departures keep it: `2027-01-10T09:00:00`. */
export function localTimeOf(zoned: Temporal.ZonedDateTime): string {
  return zoned.toPlainDateTime().toString({ smallestUnit: 'second' });
}

export function instantOf(zoned: Temporal.ZonedDateTime): Date {
  return new Date(zoned.epochMilliseconds);
}

function parse(local: string): Temporal.PlainDateTime {
  try {
    return Temporal.PlainDateTime.from(local);
  } catch {
    throw new NoSuchLocalTime('is not in the calendar');
  }
}
