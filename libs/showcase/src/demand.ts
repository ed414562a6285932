import type { Random } from './random.js';

/** A departure that sells, with the seats that nobody has claimed. */
export interface Stock {
  readonly departureId: string;
  readonly tripId: string;
  readonly vendorOwnerId: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly cutoffAt: Date;
  readonly units: readonly StockUnit[];
  free: number;
}

export interface StockUnit {
  readonly id: string;
  readonly type: string;
  readonly price: number;
  readonly paxCount: number;
}

/** What one traveller is going to do. Each instant is when; without `cancelAt` he goes, without `card` he never pays. */
export interface Intention {
  readonly stock: Stock;
  readonly items: readonly { unitId: string; quantity: number }[];
  readonly travellerId: string;
  readonly bookAt: Date;
  readonly card?: 'good' | 'declined-then-good' | 'declined' | 'challenged' | 'unrefundable';
  readonly cancelAt?: Date;
  readonly cancelledBy?: 'traveller' | 'vendor';
  /** The vendor gives part of the money back. */
  readonly goodwillAt?: Date;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const HORIZON_MS = 45 * DAY_MS;

/** Tried in vain, demand meets no supply. */
const MAX_TRIES = 60;

/** Bookings made just now, whose seats are still held. */
const FRESH = 5;

/**
 * `count` bookings, as a marketplace sees them come in from `from` to `to`: more and more of them, most for the weeks ahead, some
 * never paid, some cancelled.
 *
 * @param stock the earliest first. Takes the seats from it, so that no one asks for more than there are.
 */
export function imagineDemand(
  { count, from, to }: { count: number; from: Date; to: Date },
  stock: readonly Stock[],
  travellerIds: readonly string[],
  random: Random,
): Intention[] {
  const shelves = [...byTrip(stock).values()];
  const intentions: Intention[] = [];
  for (let index = 0; index < count; index += 1) {
    const fresh = count - index <= Math.min(FRESH, count / 10);
    const age = fresh
      ? random.between(1, 9) * MINUTE_MS
      : (1 - Math.sqrt(random.next())) * lengthOf(from, to);
    const bookAt = new Date(Math.max(to.getTime() - age, from.getTime() + HOUR_MS));
    const found = findSeats(shelves, bookAt, random);
    if (!found) continue;
    intentions.push({
      ...found,
      travellerId: random.pick(travellerIds),
      bookAt,
      ...(fresh ? freshFate(index) : fateOf(found, bookAt, to, random)),
    });
  }
  return intentions;
}

type Find = Pick<Intention, 'stock' | 'items'>;

function findSeats(shelves: readonly Stock[][], bookAt: Date, random: Random): Find | undefined {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const open = random
      .pick(shelves)
      .filter(
        ({ cutoffAt, startsAt, free }) =>
          free > 0 && cutoffAt > bookAt && lengthOf(bookAt, startsAt) < HORIZON_MS,
      );
    const stock = open[Math.floor(random.next() ** 2 * open.length)];
    if (!stock) continue;
    const items = partyOf(stock, random);
    const seats = seatsOf(items, stock);
    if (seats > stock.free) continue;
    stock.free -= seats;
    return { stock, items };
  }
  return undefined;
}

/** Who comes along: mostly two or three adults, sometimes children, now and then a group that takes what is left. */
function partyOf({ units, free }: Stock, random: Random): Intention['items'] {
  const unit = (type: string) => units.find((candidate) => candidate.type === type);
  const family = unit('family');
  if (family && random.happens(0.2)) return [{ unitId: family.id, quantity: 1 }];
  const grown = unit('adult') ?? units[0];
  if (!grown) return [];
  if (random.happens(0.06)) return [{ unitId: grown.id, quantity: free }];
  const items = [{ unitId: grown.id, quantity: random.pick([1, 1, 2, 2, 2, 2, 3, 4]) }];
  const young = unit('child') ?? unit('youth');
  if (young && random.happens(0.3)) items.push({ unitId: young.id, quantity: random.between(1, 2) });
  return items;
}

function fateOf({ stock, items }: Find, bookAt: Date, now: Date, random: Random): Partial<Intention> {
  if (totalOf(items, stock) > 0) {
    if (random.happens(0.07)) return { card: random.happens(0.5) ? 'declined' : undefined };
  }
  const card = random.happens(0.08) ? 'declined-then-good' : 'good';
  const notice = lengthOf(bookAt, stock.startsAt) - 2 * DAY_MS;
  if (notice > 0 && random.happens(0.15)) {
    const cancelAt = new Date(bookAt.getTime() + DAY_MS + random.next() * notice);
    if (cancelAt < now) return { card, cancelAt, cancelledBy: random.happens(0.15) ? 'vendor' : 'traveller' };
  }
  const goodwillAt = new Date(stock.endsAt.getTime() + 2 * DAY_MS);
  if (goodwillAt >= now || !random.happens(0.04)) return { card };
  return { card: random.happens(0.3) ? 'unrefundable' : card, goodwillAt };
}

/** Seats that are still held when the doors open: unpaid, or waiting for the bank's challenge. */
const freshFate = (index: number): Partial<Intention> => (index % 3 === 0 ? { card: 'challenged' } : {});

function byTrip(stock: readonly Stock[]): Map<string, Stock[]> {
  const trips = new Map<string, Stock[]>();
  for (const departure of stock) {
    const others = trips.get(departure.tripId);
    if (others) others.push(departure);
    else trips.set(departure.tripId, [departure]);
  }
  return trips;
}

const lengthOf = (from: Date, to: Date): number => to.getTime() - from.getTime();

const seatsOf = (items: Intention['items'], stock: Stock): number => sumOf(items, stock, 'paxCount');
const totalOf = (items: Intention['items'], stock: Stock): number => sumOf(items, stock, 'price');

const sumOf = (items: Intention['items'], { units }: Stock, by: 'paxCount' | 'price'): number =>
  items.reduce(
    (sum, { unitId, quantity }) => sum + quantity * (units.find(({ id }) => id === unitId)?.[by] ?? 0),
    0,
  );
