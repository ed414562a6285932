import { money } from '@app/kernel';
import fc from 'fast-check';
import { commissionOf } from './commission.js';
import { movementsOf, type JournalEntry } from './journal-entry.js';
import {
  converted,
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
      refundCreated({ ...refund, ...shared, remaining }),
      { 'vendor:pending': 8000, 'commission:deferred': 2000, 'refunds:in_flight': -10_000 },
    ],
    [
      'refund after completion',
      refundCreated({ ...refund, ...shared, remaining: undefined }),
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
      refundAbandoned({ ...refund, ...shared, over: false }),
      { 'refunds:in_flight': 10_000, 'vendor:pending': -8000, 'commission:deferred': -2000 },
    ],
    [
      'failed refund abandoned, booking over',
      refundAbandoned({ ...refund, ...shared, over: true }),
      { 'refunds:in_flight': 10_000, 'vendor:available': -8000, 'commission:revenue': -2000 },
    ],
    [
      'refund of a booking half of which was released',
      refundCreated({
        ...refund,
        ...shared,
        remaining: { currency: 'USD', vendorPending: 3000, commissionDeferred: 500 },
      }),
      {
        'vendor:pending': 3000,
        'vendor:available': 5000,
        'commission:deferred': 500,
        'commission:revenue': 1500,
        'refunds:in_flight': -10_000,
      },
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

describe('money that the gateway keeps in another currency', () => {
  const conversion = { sourceId: 's1', bookingId: 'b1', occurredAt };
  const byCurrency = (entry: JournalEntry) =>
    movementsOf(entry).map(({ name, currency, amount }) => `${name} ${amount} ${currency}`);

  it('goes through fx:clearing, balanced in each of the two', () => {
    const charge = converted({
      ...conversion,
      kind: 'payment.converted',
      from: money(10_000, 'EUR'),
      to: usd(10_900),
    });
    expect(byCurrency(charge)).toEqual([
      'fx:clearing 10000 EUR',
      'fx:clearing -10900 USD',
      'gateway:balance -10000 EUR',
      'gateway:balance 10900 USD',
    ]);
  });

  it('goes back the same way, at the rate of that day', () => {
    const back = converted({
      ...conversion,
      kind: 'refund.converted',
      from: money(-10_000, 'EUR'),
      to: usd(-11_100),
    });
    expect(byCurrency(back)).toEqual([
      'fx:clearing -10000 EUR',
      'fx:clearing 11100 USD',
      'gateway:balance 10000 EUR',
      'gateway:balance -11100 USD',
    ]);
  });

  it.each([
    ['payment.converted', 'payment'],
    ['refund.converted', 'refund'],
    ['dispute.converted', 'dispute'],
  ] as const)('is a %s of its %s', (kind, sourceType) => {
    const entry = converted({ ...conversion, kind, occurrence: 2, from: money(100, 'EUR'), to: usd(109) });
    expect(entry).toMatchObject({ kind, sourceType, sourceId: 's1', occurrence: 2, bookingId: 'b1' });
  });

  it('leaves no trace where the currency is the same and so is the amount', () => {
    const same = converted({ ...conversion, kind: 'payment.converted', from: usd(100), to: usd(100) });
    expect(movementsOf(same)).toEqual([]);
  });
});
