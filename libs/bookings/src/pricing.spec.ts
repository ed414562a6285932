import { InvalidRequest } from '@app/http';
import type { QuoteUnit } from '@app/trips';
import fc from 'fast-check';
import { priceItems, type ItemRequest } from './pricing.js';

const unit = (id: string, changes: Partial<QuoteUnit> = {}): QuoteUnit => ({
  id,
  type: 'adult',
  price: 10_000,
  paxCount: 1,
  minQuantity: null,
  maxQuantity: null,
  ...changes,
});
const units = [
  unit('adult'),
  unit('family', { price: 25_000, paxCount: 4 }),
  unit('infant', { price: 0, paxCount: 0, maxQuantity: 2 }),
  unit('group', { price: 4_000, minQuantity: 6 }),
  unit('priceless', { price: Number.MAX_SAFE_INTEGER }),
];

describe('the price of a booking', () => {
  it('is that of the trip’s units, and its seats are what they take', () => {
    const items = [
      { unitId: 'adult', quantity: 2 },
      { unitId: 'family', quantity: 1 },
      { unitId: 'infant', quantity: 1 },
    ];

    expect(priceItems(items, units)).toEqual({
      seats: 6,
      total: 45_000,
      items: [
        { unitId: 'adult', quantity: 2, unitPrice: 10_000, amount: 20_000 },
        { unitId: 'family', quantity: 1, unitPrice: 25_000, amount: 25_000 },
        { unitId: 'infant', quantity: 1, unitPrice: 0, amount: 0 },
      ],
    });
  });

  it.each<[string, ItemRequest[], string]>([
    ['a unit of another trip', [{ unitId: 'other', quantity: 1 }], 'items.0.unitId'],
    [
      'a unit twice',
      [
        { unitId: 'adult', quantity: 1 },
        { unitId: 'adult', quantity: 1 },
      ],
      'items.1.unitId',
    ],
    ['fewer than a unit’s least', [{ unitId: 'group', quantity: 5 }], 'items.0.quantity'],
    [
      'more than a unit’s most',
      [
        { unitId: 'adult', quantity: 1 },
        { unitId: 'infant', quantity: 3 },
      ],
      'items.1.quantity',
    ],
    ['nothing that takes a seat', [{ unitId: 'infant', quantity: 1 }], 'items'],
    ['more than can be counted', [{ unitId: 'priceless', quantity: 2 }], 'items'],
  ])('refuses %s', (_, items, field) => {
    expect(fieldsOf(() => priceItems(items, units))).toEqual([field]);
  });

  it('names everything that is wrong at once', () => {
    const items = [
      { unitId: 'other', quantity: 1 },
      { unitId: 'group', quantity: 1 },
    ];

    expect(fieldsOf(() => priceItems(items, units))).toEqual(['items.0.unitId', 'items.1.quantity']);
  });

  it('adds up', () => {
    const offer = fc.uniqueArray(
      fc.record({
        id: fc.uuid(),
        price: fc.nat(1_000_000),
        paxCount: fc.integer({ min: 1, max: 6 }),
        quantity: fc.integer({ min: 1, max: 50 }),
      }),
      { selector: ({ id }) => id, minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(offer, (lines) => {
        const requested = lines.map(({ id, quantity }) => ({ unitId: id, quantity }));
        const price = priceItems(
          requested,
          lines.map(({ id, ...changes }) => unit(id, changes)),
        );

        expect(price.total).toBe(
          price.items.reduce((sum, { unitPrice, quantity }) => sum + unitPrice * quantity, 0),
        );
        expect(price.seats).toBe(lines.reduce((sum, { quantity, paxCount }) => sum + quantity * paxCount, 0));
      }),
    );
  });
});

function fieldsOf(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof InvalidRequest)
      return (error.details['errors'] as { field: string }[]).map(({ field }) => field);
    throw error;
  }
  return [];
}
