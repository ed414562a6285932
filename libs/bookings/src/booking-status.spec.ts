import { BOOKING_STATUSES, mayBecome, type BookingStatus } from './booking-status.js';

/** Drawn anew, not copied: a row may become what its letters say. */
const ALLOWED: Readonly<Record<BookingStatus, string>> = {
  pending: 'confirmed expired cancelled',
  confirmed: 'completed cancelled',
  expired: 'confirmed',
  cancelled: '',
  completed: '',
};

describe('the statuses of a booking', () => {
  const pairs = BOOKING_STATUSES.flatMap((from) => BOOKING_STATUSES.map((to) => [from, to] as const));

  it.each(pairs)('%s to %s', (from, to) => {
    expect(mayBecome(from, to)).toBe(ALLOWED[from].split(' ').includes(to));
  });

  it('are all there', () => {
    expect(pairs).toHaveLength(25);
  });
});
