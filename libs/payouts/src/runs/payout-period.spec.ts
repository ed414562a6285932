import { isDue, periodOf } from './payout-period.js';

const at = (instant: string) => new Date(instant);

describe('periodOf', () => {
  it.each([
    ['2027-01-13T12:00:00Z', '2027-W02', '2027-01'],
    ['2026-12-27T23:59:59Z', '2026-W52', '2026-12'],
    ['2026-12-28T00:00:00Z', '2026-W53', '2026-12'],
    ['2027-01-01T00:00:00Z', '2026-W53', '2027-01'],
    ['2027-01-03T23:59:59Z', '2026-W53', '2027-01'],
    ['2027-01-04T00:00:00Z', '2027-W01', '2027-01'],
    ['2024-12-30T00:00:00Z', '2025-W01', '2024-12'],
  ])('at %s is %s and %s', (instant, week, month) => {
    expect(periodOf('weekly', at(instant), 'UTC')).toBe(week);
    expect(periodOf('monthly', at(instant), 'UTC')).toBe(month);
  });

  it("is that of the platform's zone", () => {
    const instant = at('2027-01-31T11:30:00Z');
    expect(periodOf('monthly', instant, 'Pacific/Auckland')).toBe('2027-02');
    expect(periodOf('weekly', instant, 'Pacific/Auckland')).toBe('2027-W05');
    expect(periodOf('weekly', instant, 'America/Lima')).toBe('2027-W04');
  });
});

describe('isDue', () => {
  it.each([
    ['weekly', '2027-01-04T00:00:00Z', false],
    ['weekly', '2027-01-04T07:59:59Z', false],
    ['weekly', '2027-01-04T08:00:00Z', true],
    ['weekly', '2027-01-05T00:00:00Z', true],
    ['weekly', '2027-01-10T23:59:59Z', true],
    ['monthly', '2027-02-01T00:00:00Z', true],
    ['monthly', '2027-02-28T23:59:59Z', true],
  ] as const)('%s at %s: %s', (schedule, instant, due) => {
    expect(isDue(schedule, at(instant), 'UTC')).toBe(due);
  });

  it('goes by the clocks of the zone, in summer and in winter', () => {
    const eight = ['2027-01-04T13:00:00Z', '2027-07-05T12:00:00Z'].map(at);
    expect(eight.map((instant) => isDue('weekly', instant, 'America/New_York'))).toEqual([true, true]);
    const before = eight.map((instant) => new Date(instant.getTime() - 1));
    expect(before.map((instant) => isDue('weekly', instant, 'America/New_York'))).toEqual([false, false]);
  });
});
