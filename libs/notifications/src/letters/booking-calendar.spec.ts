import { bookingCalendar } from './booking-calendar.js';
import type { BookingFacts } from './booking-facts.js';

const BOOKING = {
  id: '019a8e4c-7b1e-7c3a-9f52-3d1f7c0b6a11',
  reference: '7K2Q9XW4DPM3',
  title: 'Dawn; by boat, and back',
  location: 'Lisbon',
  localStart: '2027-03-27T22:00:00',
  startsAt: new Date('2027-03-27T22:00:00Z'),
  // Summer time begins at night: 8 hours later it is 7 o'clock.
  endsAt: new Date('2027-03-28T06:00:00Z'),
  timeZone: 'Europe/Lisbon',
} as BookingFacts;

const linesOf = (booking: BookingFacts): string[] =>
  bookingCalendar(booking, {
    note: 'Línea uno\nLínea dos '.repeat(5),
    now: new Date('2027-01-01T12:00:00Z'),
  }).content.split('\r\n');

describe('a booking in the calendar', () => {
  it('keeps the clock of the place through the change to summer time', () => {
    expect(linesOf(BOOKING)).toEqual(
      expect.arrayContaining([
        'DTSTART;TZID=Europe/Lisbon:20270327T220000',
        'DTEND;TZID=Europe/Lisbon:20270328T070000',
        'DTSTAMP:20270101T120000Z',
        'SUMMARY:Dawn\\; by boat\\, and back',
      ]),
    );
  });

  it.each(['Europe/Lisbon', 'Asia/Calcutta', 'Asia/Kathmandu', 'America/Argentina/Buenos_Aires'])(
    'brings the zone %s along, under the name that it uses',
    (timeZone) => {
      const lines = linesOf({ ...BOOKING, timeZone });

      expect(lines.filter((line) => line === 'BEGIN:VTIMEZONE')).toHaveLength(1);
      expect(lines.filter((line) => line.startsWith('TZID'))).toEqual([`TZID:${timeZone}`]);
      expect(lines.filter((line) => line.startsWith('DTSTART;'))).toEqual([
        `DTSTART;TZID=${timeZone}:20270327T220000`,
      ]);
    },
  );

  it.each([
    ['europe/lisbon', 'Europe/Lisbon'],
    ['ASIA/KOLKATA', 'Asia/Kolkata'],
  ])('knows the zone of a trip in any letter case: %s', (timeZone, known) => {
    const lines = linesOf({ ...BOOKING, timeZone });

    expect(lines).toEqual(expect.arrayContaining([`TZID:${known}`, `DTSTART;TZID=${known}:20270327T220000`]));
  });

  it.each(['UTC', 'utc'])('needs no zone for what takes place by universal time: %s', (timeZone) => {
    const lines = linesOf({ ...BOOKING, timeZone });

    expect(lines).toEqual(expect.arrayContaining(['DTSTART:20270327T220000Z', 'DTEND:20270328T060000Z']));
  });

  it('names the program that wrote it, in characters that need no escaping', () => {
    expect(linesOf(BOOKING)).toContain('PRODID:-//Travellr//bookings//EN');
  });

  it('ends every line, the last one too (RFC 5545 section 3.1)', () => {
    expect(linesOf(BOOKING).slice(-2)).toEqual(['END:VCALENDAR', '']);
  });

  it('has no line over 75 octets', () => {
    expect(linesOf(BOOKING).filter((line) => Buffer.byteLength(line) > 75)).toEqual([]);
  });
});
