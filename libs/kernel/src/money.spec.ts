import fc from 'fast-check';
import { currency, isCurrency } from './currency.js';
import { floorToStep, money, shareOf } from './money.js';

const amounts = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const basisPoints = fc.integer({ min: 0, max: 10_000 });

describe('money', () => {
  it('is whole minor units of a known currency', () => {
    expect(money(15_000, 'USD')).toEqual({ amount: 15_000, currency: 'USD' });
    expect(() => money(0.1, 'USD')).toThrow(RangeError);
    expect(() => money(2 ** 53, 'USD')).toThrow(RangeError);
    expect(() => money(1, 'XXX')).toThrow(RangeError);
  });

  it('has one zero', () => {
    expect(money(-0, 'EUR')).toEqual({ amount: 0, currency: 'EUR' });
  });

  it('is shared so that both sides sum to the whole, beyond where floats are exact', () => {
    fc.assert(
      fc.property(amounts, basisPoints, (amount, bps) => {
        const share = shareOf(amount, bps);
        expect(Number.isSafeInteger(share)).toBe(true);
        expect(BigInt(share)).toBe((BigInt(amount) * BigInt(bps)) / 10_000n);
        expect(amount - share).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('is rounded down to what the card networks settle', () => {
    expect(floorToStep(1_239, 'KWD')).toBe(1_230);
    expect(floorToStep(1_239, 'USD')).toBe(1_239);
    expect(floorToStep(1_239, 'JPY')).toBe(1_239);
  });
});

describe('currencies', () => {
  it.each([
    ['USD', 2, 1],
    ['JPY', 0, 1],
    ['KWD', 3, 10],
    ['ISK', 0, 1],
  ])('%s has exponent %i and step %i', (code, exponent, step) => {
    expect(currency(code)).toEqual({ code, exponent, step });
  });

  it('are those of ISO 4217, in capitals', () => {
    expect(isCurrency('EUR')).toBe(true);
    expect(['eur', 'EURO', '', 'XTS', '__proto__'].filter((code) => isCurrency(code))).toEqual([]);
  });
});
