import { atLocalTime, localTimeOf } from './local-time.js';
import { BadRecurrence, occurrences } from './recurrence.js';

const expand = (rule: string, first: string, timeZone = 'America/New_York') =>
  occurrences(rule, atLocalTime(first, timeZone));

describe('a recurrence rule', () => {
  it('keeps the wall clock across daylight saving', () => {
    const found = expand('FREQ=DAILY;COUNT=3', '2027-03-13T09:00:00');
    expect(found.map(localTimeOf)).toEqual([
      '2027-03-13T09:00:00',
      '2027-03-14T09:00:00',
      '2027-03-15T09:00:00',
    ]);
    expect(found.map((zoned) => zoned.offset)).toEqual(['-05:00', '-04:00', '-04:00']);
  });

  it('leaves out a time that clocks are set forward over, and goes on as before', () => {
    expect(expand('FREQ=DAILY;COUNT=3', '2027-03-13T02:30:00').map(localTimeOf)).toEqual([
      '2027-03-13T02:30:00',
      '2027-03-15T02:30:00',
      '2027-03-16T02:30:00',
    ]);
  });

  it('takes the earlier of the two times that clocks show twice', () => {
    const found = expand('RRULE:FREQ=DAILY;COUNT=3', '2027-11-06T01:30:00');
    expect(found.map((zoned) => zoned.offset)).toEqual(['-04:00', '-04:00', '-05:00']);
  });

  it('understands days of the week and an inclusive last day', () => {
    expect(expand('FREQ=WEEKLY;BYDAY=MO,FR;UNTIL=20270122', '2027-01-10T09:00:00').map(localTimeOf)).toEqual([
      '2027-01-11T09:00:00',
      '2027-01-15T09:00:00',
      '2027-01-18T09:00:00',
      '2027-01-22T09:00:00',
    ]);
  });

  it('may come round every day of a leap year, and no more', () => {
    expect(expand('FREQ=DAILY;COUNT=366', '2028-01-01T09:00:00')).toHaveLength(366);
    expect(() => expand('FREQ=DAILY;COUNT=367', '2028-01-01T09:00:00')).toThrow('at most 366');
  });

  it.each([
    ['has no end', 'FREQ=DAILY', 'COUNT or UNTIL'],
    ['is not one', 'every day', 'must be an RFC 5545 RRULE'],
    ['has an unknown frequency', 'FREQ=SECONDLY;COUNT=2', 'FREQ one of'],
    ['has an unknown part', 'FREQ=DAILY;COUNT=2;COLOUR=3', 'COLOUR'],
    ['has a part without value', 'FREQ=DAILY;COUNT', 'value for COUNT'],
    ['has a part twice', 'FREQ=DAILY;COUNT=2;COUNT=3', 'twice'],
    ['brings more than a rule', 'FREQ=DAILY;COUNT=2\nEXDATE:20270101T090000', 'value for COUNT'],
    ['has a wrong number', 'FREQ=DAILY;COUNT=TWO', 'COUNT from 1 to 9999'],
    ['comes round no times', 'FREQ=DAILY;COUNT=0', 'COUNT from 1 to 9999'],
    ['comes round fewer times than none', 'FREQ=DAILY;COUNT=-1', 'COUNT from 1 to 9999'],
    ['stands still', 'FREQ=DAILY;COUNT=2;INTERVAL=0', 'INTERVAL from 1 to 9999'],
    ['goes backwards', 'FREQ=DAILY;COUNT=2;INTERVAL=-1', 'INTERVAL from 1 to 9999'],
    [
      'goes beyond what instants are written with',
      'FREQ=YEARLY;COUNT=2;INTERVAL=8000',
      'before the year 9999',
    ],
    ['has an unknown day', 'FREQ=WEEKLY;BYDAY=XX;COUNT=2', 'cannot be followed'],
    ['has no calendar day', 'FREQ=DAILY;UNTIL=20270231', 'cannot be followed'],
    ['ends before it starts', 'FREQ=DAILY;UNTIL=20270109', 'never'],
    ['ends an hour before it starts', 'FREQ=DAILY;UNTIL=20270110T130000Z', 'never'],
    ['asks for a day that never is', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=1', 'cannot be followed'],
  ])('is refused when it %s', (_, rule, message) => {
    expect(() => expand(rule, '2027-01-10T09:00:00')).toThrow(BadRecurrence);
    expect(() => expand(rule, '2027-01-10T09:00:00')).toThrow(message);
  });
});
