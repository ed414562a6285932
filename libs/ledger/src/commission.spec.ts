import fc from 'fast-check';
import { commissionOf, commissionReversed } from './commission.js';

const total = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const basisPoints = fc.integer({ min: 0, max: 10_000 });

describe('commissionOf', () => {
  it('rounds down, so that the vendor gains what does not divide', () => {
    expect(commissionOf(10_000, 2000)).toBe(2000);
    expect(commissionOf(9_999, 2000)).toBe(1999);
    expect(commissionOf(1, 9_999)).toBe(0);
  });

  it('leaves the vendor a share that is never negative, and exact for every safe integer', () => {
    fc.assert(
      fc.property(total, basisPoints, (amount, bps) => {
        const commission = commissionOf(amount, bps);
        expect(BigInt(commission)).toBe((BigInt(amount) * BigInt(bps)) / 10_000n);
        expect(commission).toBeGreaterThanOrEqual(0);
        expect(commission).toBeLessThanOrEqual(amount);
      }),
    );
  });
});

describe('commissionReversed', () => {
  it('gives the example of its docstring', () => {
    const payment = { commission: 2001, captured: 10_000 };
    expect(commissionReversed({ ...payment, refundedToDate: 3333, alreadyReversed: 0 })).toBe(666);
    expect(commissionReversed({ ...payment, refundedToDate: 10_000, alreadyReversed: 666 })).toBe(1335);
  });

  it('is never negative, even when more was reversed than is due', () => {
    const refund = { commission: 2000, captured: 10_000, refundedToDate: 100, alreadyReversed: 21 };
    expect(commissionReversed(refund)).toBe(0);
  });

  it('gives back exactly the commission over any series of partial refunds, and never more of one refund than it has', () => {
    fc.assert(
      fc.property(total, basisPoints, fc.array(total, { maxLength: 12 }), (captured, bps, cuts) => {
        const commission = commissionOf(captured, bps);
        const steps = [...new Set(cuts.map((cut) => cut % captured).filter(Boolean)), captured].sort(
          (a, b) => a - b,
        );
        let alreadyReversed = 0;
        let before = 0;
        for (const refundedToDate of steps) {
          const reversed = commissionReversed({ commission, captured, refundedToDate, alreadyReversed });
          expect(reversed).toBeGreaterThanOrEqual(0);
          expect(reversed).toBeLessThanOrEqual(refundedToDate - before);
          alreadyReversed += reversed;
          before = refundedToDate;
        }
        expect(alreadyReversed).toBe(commission);
      }),
    );
  });

  it('still gives back exactly the commission when refunds along the way are abandoned', () => {
    const attempts = fc.array(fc.record({ cut: total, abandoned: fc.boolean() }), { maxLength: 12 });
    fc.assert(
      fc.property(total, basisPoints, attempts, (captured, bps, series) => {
        const commission = commissionOf(captured, bps);
        let [refunded, alreadyReversed] = [0, 0];
        for (const { cut, abandoned } of [...series, { cut: 0, abandoned: false }]) {
          const amount = cut === 0 ? captured - refunded : cut % (captured - refunded + 1);
          const refundedToDate = refunded + amount;
          const reversed = commissionReversed({ commission, captured, refundedToDate, alreadyReversed });
          expect(reversed).toBeLessThanOrEqual(amount);
          if (!abandoned) [refunded, alreadyReversed] = [refundedToDate, alreadyReversed + reversed];
        }
        expect([refunded, alreadyReversed]).toEqual([captured, commission]);
      }),
    );
  });
});
