import { priceFrom, unitFaults, type StatedUnit } from './unit-rules.js';

const adult = (changes: Partial<StatedUnit> = {}): StatedUnit => ({
  type: 'adult',
  price: { amount: 15_000, currency: 'USD' },
  ...changes,
});

describe('the units of a trip', () => {
  it('may differ in type, age and quantity', () => {
    const child = adult({ type: 'child', minAge: 3, maxAge: 11, minQuantity: 1, maxQuantity: 1 });
    expect(unitFaults([adult({ minAge: 18, maxAge: null }), child], 'USD')).toEqual([]);
  });

  it.each([
    ['units.1.type', 'there already', [adult(), adult()]],
    [
      'units.0.price.currency',
      "the trip's currency, USD",
      [adult({ price: { amount: 1, currency: 'EUR' } })],
    ],
    ['units.0.maxAge', 'minAge', [adult({ minAge: 12, maxAge: 3 })]],
    ['units.0.maxQuantity', 'minQuantity', [adult({ minQuantity: 2, maxQuantity: 1 })]],
  ])('are refused, naming %s', (field, message, units) => {
    expect(unitFaults(units, 'USD')).toEqual([{ field, message: expect.stringContaining(message) }]);
  });

  it("are priced on the currency's step", () => {
    const dinars = (amount: number) => unitFaults([adult({ price: { amount, currency: 'KWD' } })], 'KWD');
    expect(dinars(12_340)).toEqual([]);
    expect(dinars(12_345)).toEqual([
      { field: 'units.0.price.amount', message: expect.stringContaining('multiple of 10') },
    ]);
  });
});

describe('the price to show', () => {
  const infant = adult({ type: 'infant', price: { amount: 0, currency: 'USD' } });
  const senior = adult({ type: 'senior', price: { amount: 12_000, currency: 'USD' } });

  it("is an adult's", () => expect(priceFrom([infant, adult()])).toBe(15_000));
  it('is the lowest where adults are not', () => expect(priceFrom([senior, infant])).toBe(0));
});
