import { HANDWRITTEN } from './catalogue/assortment.js';

/** What the shop is to have in all. */
export interface ShopSize {
  readonly trips: number;
  readonly bookings: number;
}

/** All that is drawn by hand, and as many bookings as make every page of it interesting. */
export const DEMO_SIZE: ShopSize = { trips: HANDWRITTEN.length, bookings: 240 };

export const LARGEST: ShopSize = { trips: 10_000, bookings: 1_000_000 };

const FEWEST_TRAVELLERS = 8;
const MOST_TRAVELLERS = 200;
const BOOKINGS_EACH = 50;

/** Few, since hashing a password is slow on purpose. */
export function travellersFor({ bookings }: ShopSize): number {
  return Math.min(MOST_TRAVELLERS, FEWEST_TRAVELLERS + Math.floor(bookings / BOOKINGS_EACH));
}
