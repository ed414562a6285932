import { ManualClock, SystemClock } from './clock.js';

describe('the manual clock', () => {
  it('stands still until it is moved', () => {
    const clock = new ManualClock('2027-03-28T00:59:00Z');
    clock.now().setFullYear(1999);
    expect(clock.now().toISOString()).toBe('2027-03-28T00:59:00.000Z');
    clock.advance(120_000);
    expect(clock.now().toISOString()).toBe('2027-03-28T01:01:00.000Z');
    clock.set('2028-01-01T00:00:00Z');
    expect(clock.now().toISOString()).toBe('2028-01-01T00:00:00.000Z');
  });
});

describe('the system clock', () => {
  it('tells the present', () => {
    const before = Date.now();
    expect(new SystemClock().now().getTime()).toBeGreaterThanOrEqual(before);
  });
});
