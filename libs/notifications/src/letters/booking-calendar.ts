import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import { Temporal } from 'temporal-polyfill';
import { tzlib_get_ical_block } from 'timezones-ical-library';
import type { BookingFacts } from './booking-facts.js';

/**
 * A booking for its traveller's calendar (RFC 5545), in the zone where it takes place, which comes with it. Its UID is the booking's id
 * for good, so that a copy that comes later takes the place of the first.
 * @param note what stands beside it.
 */
export function bookingCalendar(
  booking: BookingFacts,
  { note, now }: { note: string; now: Date },
): { filename: string; content: string } {
  const start = Temporal.PlainDateTime.from(booking.localStart);
  const end = Temporal.Instant.fromEpochMilliseconds(booking.endsAt.getTime()).toZonedDateTimeISO(
    booking.timeZone,
  );
  const calendar = ical({
    prodId: { company: 'Travellr', product: 'bookings' },
    method: ICalCalendarMethod.PUBLISH,
    // Of the event alone: a calendar with a zone has its DTSTAMP in that zone, where UTC is prescribed (RFC 5545 section 3.8.7.2).
    timezone: { name: null, generator: timeZoneBlock },
  });
  calendar.createEvent({
    id: booking.id,
    stamp: now,
    start,
    end: end.toPlainDateTime(),
    // As the database of zones writes it: calendars compare by letter, while a trip may have any case.
    timezone: end.timeZoneId,
    summary: booking.title,
    location: booking.location,
    description: note,
    status: ICalEventStatus.CONFIRMED,
  });
  return { filename: `${booking.reference}.ics`, content: `${calendar.toString()}\r\n` };
}

/** Under the name that the event uses: the library has old names (Asia/Calcutta) under their new ones. */
function timeZoneBlock(timeZone: string): string | null {
  const [block] = [tzlib_get_ical_block(timeZone)].flat();
  return block?.replace(/^TZID:.*$/m, `TZID:${timeZone}`) ?? null;
}
