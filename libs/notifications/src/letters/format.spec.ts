import { Format } from './format.js';

describe('what a reader reads', () => {
  it.each([
    ['en', 'USD', 123_456, '$1,234.56'],
    ['en', 'JPY', 123_456, '¥123,456'],
    ['en', 'KWD', 123_456, 'KWD 123.456'],
    // CLDR writes these two without digits; ISO 4217 gives the one none, the other three.
    ['en', 'ISK', 1_500, 'ISK 1,500'],
    ['en', 'IQD', 1_500_250, 'IQD 1,500.250'],
    ['de', 'EUR', -9_999_999_999, '-99.999.999,99 €'],
  ])('%s: money in %s with all its digits', (locale, currency, amount, written) => {
    expect(new Format(locale, 'UTC').money({ amount, currency }).replaceAll('\u00a0', ' ')).toBe(written);
  });

  it.each([
    [10_000, '100%'],
    [5_000, '50%'],
    [1_250, '12.5%'],
    [0, '0%'],
  ])('%d basis points as a share', (basisPoints, written) => {
    expect(new Format('en', 'UTC').share(basisPoints)).toBe(written);
  });

  it('times in his own zone, unless they are those of a place', () => {
    const format = new Format('en', 'Asia/Tokyo');
    const instant = new Date('2027-01-20T20:30:00Z');

    expect(format.instant(instant)).toBe('Thursday, January 21, 2027 at 5:30 AM GMT+9');
    expect(format.instant(instant, 'America/Lima')).toBe('Wednesday, January 20, 2027 at 3:30 PM GMT-5');
    expect(format.day(instant)).toBe('Thursday, January 21, 2027');
    expect(format.day(instant, 'America/Lima')).toBe('Wednesday, January 20, 2027');
  });
});
