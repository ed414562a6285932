import { currency, isCurrency, money } from '@app/kernel';
import fc from 'fast-check';
import { feeOf, fromStripe, settledIn, STRIPE_CURRENCIES, toStripe } from './stripe-amounts.js';

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const CODES = LETTERS.flatMap((a) => LETTERS.flatMap((b) => LETTERS.map((c) => a + b + c))).filter(
  isCurrency,
);
/** The smallest amount that a price may be in the currency, at Stripe: MGA has no hundredths there. */
const stepOf = (code: string) => (code === 'MGA' ? 100 : currency(code).step);

/** What Stripe's amounts are multiples of. */
const wholeAt = (code: string) => ({ ISK: 100, UGX: 100 })[code] ?? (currency(code).exponent === 3 ? 10 : 1);

describe('amounts at Stripe', () => {
  it.each([
    ['USD', 10_050, 10_050, '100.50 dollars are cents'],
    ['JPY', 500, 500, 'the yen has no smaller part'],
    ['KRW', 500, 500, 'nor has the won'],
    ['CLP', 500, 500, 'nor has the peso of Chile'],
    ['XOF', 500, 500, 'nor has the franc of West Africa'],
    ['ISK', 5, 500, 'the króna has none, and is written with two'],
    ['UGX', 5, 500, 'as is the shilling of Uganda'],
    ['KWD', 5120, 5120, 'the dinar has thousandths, of which the last digit is 0'],
    ['HUF', 1045, 1045, 'the forint is special in payouts only'],
    ['TWD', 80_045, 80_045, 'as is the new dollar'],
    ['MGA', 1200, 12, 'the ariary has no part at Stripe'],
  ])('writes %s %i as %i: %s', (code, ours, theirs) => {
    expect(toStripe(money(ours, code))).toEqual({ amount: theirs, currency: code.toLowerCase() });
    expect(fromStripe(theirs, code.toLowerCase())).toEqual(money(ours, code));
  });

  it.each(CODES)('brings every amount in %s back as it was', (code) => {
    const steps = fc.integer({ min: 0, max: 99_999_999 });
    fc.assert(
      fc.property(steps, (count) => {
        const amount = money(count * stepOf(code), code);
        const there = toStripe(amount);
        expect(fromStripe(there.amount, there.currency)).toEqual(amount);
        expect(there.amount % wholeAt(code)).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ['KWD', 5124],
    ['MGA', 1250],
  ])('refuses %s %i, which Stripe cannot express', (code, amount) => {
    expect(() => toStripe(money(amount, code))).toThrow(RangeError);
  });

  it('can charge, to the smallest price, in every currency that it names', () => {
    expect(STRIPE_CURRENCIES.size).toBeGreaterThan(130);
    for (const code of STRIPE_CURRENCIES)
      expect(() => toStripe(money(currency(code).step, code))).not.toThrow();
    expect(STRIPE_CURRENCIES.has('MGA')).toBe(false);
  });
});

describe('a movement of the balance', () => {
  it('cost what is between what moved and its net', () => {
    expect(feeOf({ amount: 10_000, net: 9680, currency: 'usd' })).toEqual(money(320, 'USD'));
    expect(feeOf({ amount: -10_000, net: -11_500, currency: 'usd' })).toEqual(money(1500, 'USD'));
    expect(feeOf({ amount: 10_000, net: 11_500, currency: 'usd' })).toEqual(money(-1500, 'USD'));
  });

  it('adds up where the fee has a part of the smallest coin', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 0, max: 99_999 }),
        (kronas, fee) => {
          const movement = { amount: kronas * 100, net: kronas * 100 - fee, currency: 'isk' };
          expect(kronas - feeOf(movement).amount).toBe(fromStripe(movement.net, 'isk').amount);
        },
      ),
    );
  });

  it('is told apart when it is in the currency of the balance', () => {
    expect(settledIn({ amount: -1234, net: -1234, currency: 'usd' }, 'eur')).toEqual(money(1234, 'USD'));
    expect(settledIn({ amount: 1000, net: 1000, currency: 'eur' }, 'eur')).toBeUndefined();
  });
});
