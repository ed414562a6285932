import { DEMO_SIZE, LARGEST, type ShopSize } from '@app/showcase';
import { parseArgs } from 'node:util';

export interface SeedOptions {
  readonly size: ShopSize;
  /** Fill the embedded database; else DATABASE_URL is needed. */
  readonly embedded: boolean;
  readonly help: boolean;
}

/** The command line is not usable. The message says what would be right. */
export class UsageError extends Error {}

export const USAGE = `Fills a database with the example shop.

  DATABASE_URL=postgres://... npm run seed
  DATABASE_URL=postgres://... npm run seed -- --trips 500 --bookings 2000
  npm run seed -- --embedded

  --trips N      how many trips the shop has in all (${DEMO_SIZE.trips})
  --bookings N   how many bookings it has in all (${DEMO_SIZE.bookings})
  --embedded     fill the embedded database in DATA_DIR instead of DATABASE_URL

What is there already is kept and counted: run it again with larger numbers, and only the rest is added.
`;

/** @throws UsageError */
export function seedOptions(args: readonly string[]): SeedOptions {
  const { trips, bookings, embedded, help } = parsed(args);
  return {
    size: {
      trips: sizeOf('trips', trips, 1) ?? DEMO_SIZE.trips,
      bookings: sizeOf('bookings', bookings, 0) ?? DEMO_SIZE.bookings,
    },
    embedded: embedded ?? false,
    help: help ?? false,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        trips: { type: 'string' },
        bookings: { type: 'string' },
        embedded: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function sizeOf(name: keyof ShopSize, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const size = Number(text);
  if (!/^\d+$/.test(text) || size < least || size > LARGEST[name]) {
    throw new UsageError(`--${name} must be a whole number from ${least} to ${LARGEST[name]}, not "${text}"`);
  }
  return size;
}
