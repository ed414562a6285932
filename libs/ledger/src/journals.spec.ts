import { money } from '@app/kernel';
import fc from 'fast-check';
import { commissionOf } from './commission.js';
import { movementsOf, type JournalEntry } from './journal-entry.js';
import {
  gatewayFee,
  paymentSucceeded,
  refundAbandoned,
  refundCreated,
  refundFailedLater,
  refundSettled,
  releaseRemaining,
} from './journals.js';

const occurredAt = new Date('2027-01-01T00:00:00Z');
const usd = (amount: number) => money(amount, 'USD');
const payment = { paymentId: 'p1', bookingId: 'b1', occurredAt };
const refund = { refundId: 'r1', bookingId: 'b1', occurredAt };
const shared = { vendorId: 'v1', amount: usd(10_000), commission: 2000 };
const remaining = { currency: 'USD', vendorPending: 8000, commissionDeferred: 2000 };

/** Debit positive, credit negative, by account. */
const amounts = (entry: JournalEntry) =>
  Object.fromEntries(movementsOf(entry).map(({ name, amount }) => [name, amount]));

describe('the books of a booking of 100.00 with 20 % commission', () => {
  const cases: [string, JournalEntry, Record<string, number>][] = [
    [
      'payment succeeded',
      paymentSucceeded({ ...payment, ...shared }),
      { 'gateway:balance': 10_000, 'vendor:pending': -8000, 'commission:deferred': -2000 },
    ],
    [
      'gateway fee',
      gatewayFee({ ...payment, fee: usd(320) }),
      { 'platform:gateway_fees': 320, 'gateway:balance': -320 },
    ],
    [
      'refund before completion',
      refundCreated({ ...refund, ...shared, released: false }),
      { 'vendor:pending': 8000, 'commission:deferred': 2000, 'refunds:in_flight': -10_000 },
    ],
    [
      'refund after completion',
      refundCreated({ ...refund, ...shared, released: true }),
      { 'vendor:available': 8000, 'commission:revenue': 2000, 'refunds:in_flight': -10_000 },
    ],
    [
      'refund settled',
      refundSettled({ ...refund, amount: usd(10_000) }),
      { 'refunds:in_flight': 10_000, 'gateway:balance': -10_000 },
    ],
    [
      'settled refund failed later',
      refundFailedLater({ ...refund, amount: usd(10_000) }),
      { 'gateway:balance': 10_000, 'refunds:in_flight': -10_000 },
    ],
    [
      'failed refund abandoned, booking to come',
      refundAbandoned({ ...refund, ...shared, released: false }),
      { 'refunds:in_flight': 10_000, 'vendor:pending': -8000, 'commission:deferred': -2000 },
    ],
    [
      'failed refund abandoned, booking over',
      refundAbandoned({ ...refund, ...shared, released: true }),
      { 'refunds:in_flight': 10_000, 'vendor:available': -8000, 'commission:revenue': -2000 },
    ],
    [
      'booking completed',
      releaseRemaining({ bookingId: 'b1', vendorId: 'v1', remaining, occurredAt }),
      {
        'vendor:pending': 8000,
        'commission:deferred': 2000,
        'vendor:available': -8000,
        'commission:revenue': -2000,
      },
    ],
  ];

  it.each(cases)('%s', (_, entry, expected) => {
    expect(amounts(entry)).toEqual(expected);
    expect(entry).toMatchObject({ bookingId: 'b1', occurredAt });
  });

  it('gives each its own kind and source, so that none can be posted twice', () => {
    const keys = cases.map(([, { kind, sourceType, sourceId }]) => [kind, sourceType, sourceId].join(' '));
    expect(new Set(keys)).toEqual(
      new Set([
        'payment.succeeded payment p1',
        'payment.gateway_fee payment p1',
        'refund.created refund r1',
        'refund.settled refund r1',
        'refund.failed_later refund r1',
        'refund.abandoned refund r1',
        'booking.released booking b1',
      ]),
    );
  });
});

describe('any payment', () => {
  it('balances, whatever the amount and the commission', () => {
    const amount = fc.integer({ min: 1, max: 1_000_000_000_000 });
    fc.assert(
      fc.property(amount, fc.integer({ min: 0, max: 10_000 }), (captured, bps) => {
        const commission = commissionOf(captured, bps);
        const posted = amounts(
          paymentSucceeded({ ...payment, vendorId: 'v1', amount: usd(captured), commission }),
        );
        expect((posted['vendor:pending'] ?? 0) + (posted['commission:deferred'] ?? 0)).toBe(-captured);
      }),
    );
  });

  it.each([-1, 10_001])('refuses a commission of %d on 10000', (commission) => {
    expect(() => paymentSucceeded({ ...payment, ...shared, commission })).toThrow(RangeError);
  });
});

it('releases nothing when nothing remains', () => {
  const nothing = { currency: 'USD', vendorPending: 0, commissionDeferred: 0 };
  const entry = releaseRemaining({ bookingId: 'b1', vendorId: 'v1', remaining: nothing, occurredAt });
  expect(movementsOf(entry)).toEqual([]);
});
