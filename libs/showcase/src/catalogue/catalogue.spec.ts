import { currency } from '@app/kernel';
import { assortment, HANDWRITTEN } from './assortment.js';

describe('the catalogue', () => {
  it('is drawn by hand, a few dozen trips in several countries, currencies and zones', () => {
    const zones = HANDWRITTEN.map(({ vendor, trip }) => trip.timeZone ?? vendor.timeZone);
    expect(HANDWRITTEN.length).toBeGreaterThan(36);
    expect(new Set(HANDWRITTEN.map(({ vendor }) => vendor.country)).size).toBeGreaterThanOrEqual(8);
    expect(new Set(HANDWRITTEN.map(({ vendor }) => vendor.currency)).size).toBeGreaterThanOrEqual(8);
    expect(new Set(zones).size).toBeGreaterThanOrEqual(12);
    for (const timeZone of zones) expect(() => new Intl.DateTimeFormat('en', { timeZone })).not.toThrow();
  });

  it('varies it, with titles of their own that fit and prices that settle', () => {
    const offers = assortment(2_000);
    expect(new Set(offers.map(({ trip }) => trip.title)).size).toBe(2_000);
    for (const { vendor, trip } of offers) {
      expect(trip.title.length).toBeLessThanOrEqual(140);
      for (const price of Object.values(trip.prices)) expect(price % currency(vendor.currency).step).toBe(0);
    }
  });
});
