import { cancellationPolicy } from '@app/trips';
import { BOOKING_STATUSES, mayBecome, type BookingStatus } from './booking-status.js';
import { Booking } from './booking.entity.js';
import { BookingTransitionNotAllowed, DepartureNotStarted, DepartureStarted } from './booking.errors.js';
import { newReference } from './reference.js';

const NOW = new Date('2027-06-01T12:00:00Z');
const START = new Date('2027-06-10T14:00:00Z');

const booking = (changes: Partial<Booking> = {}) =>
  Object.assign(new Booking(), {
    status: 'pending',
    currency: 'USD',
    paid: 0,
    refundCommitted: 0,
    disputed: 0,
    startsAt: START,
    holdExpiresAt: new Date(NOW.getTime() + 1),
    policySnapshot: cancellationPolicy('flexible'),
    ...changes,
  } satisfies Partial<Booking>);
const others = (to: BookingStatus) => BOOKING_STATUSES.filter((from) => !mayBecome(from, to));

describe('a booking', () => {
  it('is held until its hold lapses', () => {
    expect(booking().isHeld(NOW)).toBe(true);
    expect(booking({ holdExpiresAt: NOW }).isHeld(NOW)).toBe(false);
    expect(booking({ holdExpiresAt: null }).isHeld(NOW)).toBe(false);
    expect(booking({ status: 'expired' }).isHeld(NOW)).toBe(false);
  });

  it('is no longer merely held once it is confirmed', () => {
    const confirmed = booking();

    confirmed.confirm();

    expect(confirmed).toMatchObject({ status: 'confirmed', holdExpiresAt: null });
  });

  it('comes back from the archive when late money confirms it', () => {
    const late = booking({ status: 'expired', archivedAt: NOW });

    late.confirm();

    expect(late.archivedAt).toBeNull();
  });

  it('owes what its cancellation gives back, less what refunds and banks have given', () => {
    const cancelled = booking({ status: 'confirmed', paid: 500, cancelledAt: null, cancelledBy: null });
    expect(cancelled.refundOwed).toBe(0);
    cancelled.cancel(NOW, 'traveller');
    expect(cancelled.refundOwed).toBe(500);
    cancelled.disputed = 200;
    cancelled.refundCommitted = 100;
    expect(cancelled.refundOwed).toBe(200);
  });

  it('keeps who cancelled it, when and why', () => {
    const cancelled = booking({ status: 'confirmed', paid: 500 });

    const { refund } = cancelled.cancel(NOW, 'vendor', 'storm');

    expect(refund.amount).toBe(500);
    expect(cancelled).toMatchObject({
      status: 'cancelled',
      holdExpiresAt: null,
      cancelledAt: NOW,
      cancelledBy: 'vendor',
      cancelReason: 'storm',
    });
  });

  it('needs no reason to be cancelled', () => {
    const cancelled = booking();

    cancelled.cancel(NOW, 'traveller');

    expect(cancelled.cancelReason).toBeNull();
  });

  it('can be cancelled until its departure starts', () => {
    const last = new Date(START.getTime() - 1);

    expect(() => booking().cancel(START, 'admin')).toThrow(DepartureStarted);
    expect(() => booking().quoteCancellation(START, 'admin')).toThrow(DepartureStarted);
    expect(() => booking().cancel(last, 'admin')).not.toThrow();
  });

  it('can be completed from the start of its departure on', () => {
    const done = booking({ status: 'confirmed' });

    expect(() => done.complete(new Date(START.getTime() - 1))).toThrow(DepartureNotStarted);
    expect(done.status).toBe('confirmed');
    done.complete(START);
    expect(done).toMatchObject({ status: 'completed', completedAt: START });
  });

  it.each(others('confirmed'))('is not confirmed when it is %s', (status) => {
    expect(() => booking({ status }).confirm()).toThrow(BookingTransitionNotAllowed);
  });

  it.each(others('cancelled'))('is not cancelled when it is %s, nor is there a quote', (status) => {
    expect(() => booking({ status }).cancel(NOW, 'admin')).toThrow(BookingTransitionNotAllowed);
    expect(() => booking({ status }).quoteCancellation(NOW, 'admin')).toThrow(BookingTransitionNotAllowed);
  });

  it.each(others('completed'))('is not completed when it is %s, started or not', (status) => {
    expect(() => booking({ status }).complete(START)).toThrow(BookingTransitionNotAllowed);
    expect(() => booking({ status }).complete(NOW)).toThrow(BookingTransitionNotAllowed);
  });
});

describe('a reference', () => {
  it('survives being read out over the telephone, and is not guessed', () => {
    const references = Array.from({ length: 1_000 }, newReference);

    expect(new Set(references).size).toBe(1_000);
    for (const reference of references) expect(reference).toMatch(/^[0-9A-HJKMNP-TV-Z]{12}$/);
  });
});
