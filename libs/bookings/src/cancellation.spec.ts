import { currency } from '@app/kernel';
import { cancellationPolicy, type CancellationTier } from '@app/trips';
import fc from 'fast-check';
import { quoteCancellation, type CancellingParty } from './cancellation.js';

const START = new Date('2027-06-10T14:00:00Z');
const MINUTE_MS = 60_000;

const booking = (changes: object = {}) => ({
  currency: 'USD',
  paid: 10_000,
  refundCommitted: 0,
  disputed: 0,
  startsAt: START,
  policySnapshot: cancellationPolicy('moderate'),
  ...changes,
});
const before = (minutes: number, seconds = 0) =>
  new Date(START.getTime() - minutes * MINUTE_MS + seconds * 1000);

describe('what a cancellation gives back', () => {
  it.each([
    ['five days before, to the minute', before(5 * 1440), 10_000],
    ['a second later', before(5 * 1440, 1), 5_000],
    ['a day before, to the minute', before(1440), 5_000],
    ['a second later', before(1440, 1), 0],
    ['a minute before the start', before(1), 0],
  ])('%s', (_, now, refund) => {
    expect(quoteCancellation(booking(), 'traveller', now)).toMatchObject({
      refund: { amount: refund, currency: 'USD' },
      fee: { amount: 10_000 - refund, currency: 'USD' },
    });
  });

  it('names the tier, and none when nothing is given back any more', () => {
    expect(quoteCancellation(booking(), 'traveller', before(2000)).tier).toEqual({
      untilMinutesBefore: 1440,
      refundBps: 5_000,
    });
    expect(quoteCancellation(booking(), 'traveller', before(10)).tier).toBeNull();
  });

  it.each<CancellingParty>(['vendor', 'admin'])('is everything when the %s cancels', (party) => {
    const quote = quoteCancellation(booking(), party, before(1));

    expect(quote).toEqual({
      refund: { amount: 10_000, currency: 'USD' },
      fee: { amount: 0, currency: 'USD' },
      tier: null,
    });
  });

  it.each([
    ['spring', '2027-03-14T13:00:00Z', '2027-03-13T08:00:00-05:00'],
    ['autumn', '2027-11-07T14:00:00Z', '2027-11-06T10:00:00-04:00'],
  ])('counts elapsed minutes when the clocks change in %s', (_, startsAt, deadline) => {
    const flexible = booking({
      startsAt: new Date(startsAt),
      policySnapshot: cancellationPolicy('flexible'),
    });
    const last = new Date(deadline);

    expect(quoteCancellation(flexible, 'traveller', last).refund.amount).toBe(10_000);
    expect(quoteCancellation(flexible, 'traveller', new Date(last.getTime() + 1)).refund.amount).toBe(0);
  });

  it.each([
    ['JPY', 1_001, 500],
    ['KWD', 12_350, 6_170],
    ['USD', 10_001, 5_000],
  ])('rounds half of %s %i down to what can be settled', (code, paid, refund) => {
    const quote = quoteCancellation(booking({ currency: code, paid }), 'traveller', before(2000));

    expect(quote.refund).toEqual({ amount: refund, currency: code });
    expect(quote.fee.amount).toBe(paid - refund);
  });

  it('takes off what is already on its way back, down to nothing', () => {
    expect(quoteCancellation(booking({ refundCommitted: 4_000 }), 'traveller', before(2000))).toMatchObject({
      refund: { amount: 1_000 },
      fee: { amount: 5_000 },
    });
    expect(quoteCancellation(booking({ refundCommitted: 7_000 }), 'traveller', before(2000))).toMatchObject({
      refund: { amount: 0 },
      fee: { amount: 3_000 },
    });
  });

  it('always comes to what was paid, in amounts that can be settled', () => {
    const tiers = fc
      .uniqueArray(fc.record({ untilMinutesBefore: fc.nat(20_000), refundBps: fc.nat(10_000) }), {
        maxLength: 5,
        selector: ({ untilMinutesBefore }: CancellationTier) => untilMinutesBefore,
      })
      .map((stated) => cancellationPolicy(stated));
    const arbitrary = fc.record({
      code: fc.constantFrom('USD', 'EUR', 'JPY', 'KWD', 'ISK'),
      steps: fc.nat(1_000_000_000),
      committedShare: fc.double({ min: 0, max: 1, noNaN: true }),
      policySnapshot: tiers,
      party: fc.constantFrom<CancellingParty>('traveller', 'vendor', 'admin'),
      minutes: fc.nat(30_000),
    });
    fc.assert(
      fc.property(arbitrary, ({ code, steps, committedShare, policySnapshot, party, minutes }) => {
        const { step } = currency(code);
        const paid = steps * step;
        const refundCommitted = Math.floor(steps * committedShare) * step;
        const cancellable = booking({ currency: code, paid, refundCommitted, policySnapshot });

        const { refund, fee } = quoteCancellation(cancellable, party, before(minutes));

        expect(refund.amount + fee.amount + refundCommitted).toBe(paid);
        expect(Math.min(refund.amount, fee.amount)).toBeGreaterThanOrEqual(0);
        expect(refund.amount % step).toBe(0);
      }),
    );
  });
});
