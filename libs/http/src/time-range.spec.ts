import { parseDayOrInstant, readTimeRange } from './time-range.js';

describe('a range of time', () => {
  it.each([
    ['2027-01-10', '2027-01-10T00:00:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
    ['2027-01-10T14:00Z', '2027-01-10T14:00:00.000Z'],
    ['2027-01-10T23:30:00-05:00', '2027-01-11T04:30:00.000Z'],
    ['2027-01-10T14:00:00.123456Z', '2027-01-10T14:00:00.123Z'],
  ])('knows %s', (text, instant) => {
    expect(parseDayOrInstant(text)?.toISOString()).toBe(instant);
  });

  it.each([
    '2027-02-29',
    '2027-02-30T00:00:00Z',
    '2027-13-01',
    '2027-01-10T24:00:00Z',
    '2027-01-10T14:00:00',
    'yesterday',
    '',
  ])('does not know %j', (text) => {
    expect(parseDayOrInstant(text)).toBeUndefined();
  });

  it('has either end, both or none, and does not end before it begins', () => {
    const [from, to] = ['2027-01-10', '2027-01-11'];
    expect(readTimeRange({})).toEqual({});
    expect(readTimeRange({ from })).toEqual({ from: new Date(from) });
    expect(readTimeRange({ from, to })).toEqual({ from: new Date(from), to: new Date(to) });
    expect(() => readTimeRange({ from: to, to: from })).toThrow('to: must not be before from');
  });
});
