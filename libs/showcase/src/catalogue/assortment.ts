import { VENDORS } from './catalogue.js';
import type { TripSketch, VendorSketch } from './sketch.js';

export interface Offer {
  readonly vendor: VendorSketch;
  readonly trip: TripSketch;
}

interface Style {
  readonly name: string;
  /** Of the price. */
  readonly factor: number;
  readonly seats: number;
}

/** How a large shop varies what was drawn by hand. */
const STYLES: readonly Style[] = [
  { name: 'in a small group', factor: 1.35, seats: 4 },
  { name: 'off season', factor: 0.8, seats: 10 },
  { name: 'for families', factor: 0.9, seats: 16 },
  { name: 'with lunch', factor: 1.2, seats: 10 },
  { name: 'just the two of you', factor: 2.1, seats: 2 },
  { name: 'for photographers', factor: 1.5, seats: 6 },
  { name: 'for school classes', factor: 0.6, seats: 32 },
  { name: 'with a chef', factor: 1.75, seats: 8 },
  { name: 'unhurried', factor: 1.1, seats: 8 },
  { name: 'with the archivist', factor: 1.4, seats: 10 },
  { name: 'in the rain, gladly', factor: 0.7, seats: 10 },
  { name: 'for the neighbours', factor: 0.5, seats: 12 },
];

/** All that is drawn by hand, the vendors taking turns, so that a small shop has something of each. */
export const HANDWRITTEN: readonly Offer[] = takingTurns(VENDORS);

/** `count` different offers: the handwritten ones first, then variations of them. */
export function assortment(count: number): Offer[] {
  return Array.from({ length: count }, (_, index) => {
    const offer = HANDWRITTEN[index % HANDWRITTEN.length] as Offer;
    const round = Math.floor(index / HANDWRITTEN.length);
    return round === 0 ? offer : { ...offer, trip: variation(offer.trip, round) };
  });
}

function takingTurns(vendors: readonly VendorSketch[]): Offer[] {
  const rounds = Math.max(...vendors.map(({ trips }) => trips.length));
  return Array.from({ length: rounds }, (_, round) =>
    vendors.flatMap((vendor) => {
      const trip = vendor.trips[round];
      return trip ? [{ vendor, trip }] : [];
    }),
  ).flat();
}

/** @param round from 1. */
function variation(trip: TripSketch, round: number): TripSketch {
  const style = STYLES[(round - 1) % STYLES.length] as Style;
  const edition = Math.ceil(round / STYLES.length);
  const prices = Object.entries(trip.prices).map(([type, price]) => [type, rounded(price * style.factor)]);
  return {
    ...trip,
    title: `${trip.title}, ${style.name}${edition > 1 ? ` (${edition})` : ''}`,
    prices: Object.fromEntries(prices) as TripSketch['prices'],
    departs: { ...trip.departs, seats: style.seats },
    status: undefined,
  };
}

/** To what people would write on a sign, e.g. 43200 to 43000. */
function rounded(price: number): number {
  if (price === 0) return 0;
  const unit = Math.max(1, 10 ** (Math.floor(Math.log10(price)) - 1) / 2);
  return Math.round(price / unit) * unit;
}
