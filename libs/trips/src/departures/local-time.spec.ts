import fc from 'fast-check';
import { atLocalTime, instantOf, localTimeOf, NoSuchLocalTime } from './local-time.js';

const instant = (local: string, timeZone: string) => instantOf(atLocalTime(local, timeZone)).toISOString();

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof NoSuchLocalTime) return undefined;
    throw error;
  }
}

describe('a local start', () => {
  it('is the moment its zone says', () => {
    expect(instant('2027-01-10T09:00:00', 'America/Lima')).toBe('2027-01-10T14:00:00.000Z');
    expect(instant('2027-01-10T09:00', 'Asia/Kathmandu')).toBe('2027-01-10T03:15:00.000Z');
  });

  it('is refused inside a spring gap, from its first minute to its last', () => {
    expect(instant('2027-03-14T01:59:59', 'America/New_York')).toBe('2027-03-14T06:59:59.000Z');
    for (const local of ['2027-03-14T02:00:00', '2027-03-14T02:30:00', '2027-03-14T02:59:59']) {
      expect(() => atLocalTime(local, 'America/New_York')).toThrow(NoSuchLocalTime);
    }
    expect(instant('2027-03-14T03:00:00', 'America/New_York')).toBe('2027-03-14T07:00:00.000Z');
  });

  it('is refused inside a gap of half an hour, and on a day that a zone left out', () => {
    expect(() => atLocalTime('2027-10-03T02:15:00', 'Australia/Lord_Howe')).toThrow('clocks are set forward');
    expect(() => atLocalTime('2011-12-30T12:00:00', 'Pacific/Apia')).toThrow('clocks are set forward');
  });

  it('is the earlier of the two in an autumn overlap', () => {
    expect(instant('2027-11-07T01:30:00', 'America/New_York')).toBe('2027-11-07T05:30:00.000Z');
    expect(instant('2027-10-31T02:30:00', 'Europe/Berlin')).toBe('2027-10-31T00:30:00.000Z');
  });

  it.each(['2027-02-29T09:00:00', '2027-04-31T09:00:00'])('is refused on %s', (local) => {
    expect(() => atLocalTime(local, 'UTC')).toThrow('is not in the calendar');
  });

  it('is refused from the year 9999 on, of which some instants have a year of five digits', () => {
    expect(instant('9998-12-31T23:59:59', 'America/Lima')).toBe('9999-01-01T04:59:59.000Z');
    for (const local of ['9999-01-01T00:00:00', '9999-12-31T23:59:59']) {
      expect(() => atLocalTime(local, 'America/Lima')).toThrow('must be before the year 9999');
    }
  });

  it('comes back as it was given, or is refused', () => {
    const zone = fc.constantFrom(
      'America/New_York',
      'America/St_Johns',
      'Europe/London',
      'Africa/Casablanca',
      'Asia/Tehran',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'Antarctica/Troll',
    );
    const wallClock = fc
      .date({
        min: new Date('2000-01-01T00:00:00Z'),
        max: new Date('2037-12-31T00:00:00Z'),
        noInvalidDate: true,
      })
      .map((date) => date.toISOString().slice(0, 19));
    fc.assert(
      fc.property(wallClock, zone, (local, timeZone) => {
        const zoned = attempt(() => atLocalTime(local, timeZone));
        const isFirst =
          zoned && localTimeOf(zoned) === local && localTimeOf(zoned.subtract({ hours: 1 })) !== local;
        expect(isFirst ?? 'refused').not.toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });
});
