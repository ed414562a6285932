import { DEMO_SIZE } from '@app/showcase';
import { seedOptions, UsageError } from './options.js';

describe('the options of the seed', () => {
  it('are the shop of the demo unless given', () => {
    expect(seedOptions([])).toEqual({ size: DEMO_SIZE, embedded: false, help: false });
    expect(seedOptions(['--trips', '500', '--bookings=0', '--embedded'])).toMatchObject({
      size: { trips: 500, bookings: 0 },
      embedded: true,
    });
  });

  it.each([
    [['--trips', '0'], '--trips must be a whole number from 1 to 10000'],
    [['--bookings', '1.5'], '--bookings must be a whole number from 0 to 1000000'],
    [['--trips', '1e3'], 'not "1e3"'],
    [['--travellers', '3'], '--travellers'],
    [['500'], '500'],
  ])('%j are refused with what would be right', (args, message) => {
    expect(() => seedOptions(args)).toThrow(UsageError);
    expect(() => seedOptions(args)).toThrow(message);
  });
});
