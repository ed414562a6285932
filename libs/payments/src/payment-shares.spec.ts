import fc from 'fast-check';
import { PaymentShares } from './payment-shares.js';

interface Part {
  readonly amount: number;
  readonly commission: number;
}

const shares = new PaymentShares();
const sum = (parts: readonly Part[], of: keyof Part) => parts.reduce((total, part) => total + part[of], 0);

describe('the shares of what is taken from a payment', () => {
  it('are those of the running total, rounded down', () => {
    const next = (amount: number, taken: Part) =>
      shares.commissionOfNext(amount, { captured: 10_000 }, { commissionBps: 2_001 }, taken);

    expect(next(3_333, { amount: 0, commission: 0 })).toBe(666);
    expect(next(6_667, { amount: 3_333, commission: 666 })).toBe(1_335);
  });

  it('are within what each side has, and come to the whole, also when parts return out of turn', () => {
    const step = fc.oneof(fc.record({ take: fc.nat(4) }), fc.record({ giveBack: fc.nat() }));
    const arbitrary = fc.record({
      captured: fc.integer({ min: 1, max: 40 }),
      commissionBps: fc.nat(10_000),
      steps: fc.array(step, { minLength: 20, maxLength: 80 }),
    });
    fc.assert(
      fc.property(arbitrary, ({ captured, commissionBps, steps }) => {
        const whole = Math.floor((captured * commissionBps) / 10_000);
        const parts: Part[] = [];
        const take = (amount: number) => {
          const taken = { amount: sum(parts, 'amount'), commission: sum(parts, 'commission') };
          const commission = shares.commissionOfNext(amount, { captured }, { commissionBps }, taken);
          expect(commission).toBeGreaterThanOrEqual(0);
          expect(commission).toBeLessThanOrEqual(amount);
          parts.push({ amount, commission });
        };
        for (const each of steps) {
          if ('take' in each) take(Math.min(each.take, captured - sum(parts, 'amount')));
          else if (parts.length > 0) parts.splice(each.giveBack % parts.length, 1);
        }
        take(captured - sum(parts, 'amount'));

        expect(sum(parts, 'commission')).toBe(whole);
      }),
      { numRuns: 1_000 },
    );
  });
});
