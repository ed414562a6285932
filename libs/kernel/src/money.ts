import { currency } from './currency.js';

/** An integer of ISO 4217 minor units with its currency: `{ amount: 15000, currency: 'USD' }` is 150.00 dollars. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/**
 * The most that one price or one booking may come to, in minor units: ten digits, of the twelve that card networks carry
 * (ISO 8583, field 4), so that sums over a whole marketplace stay exact.
 */
export const MAX_AMOUNT = 9_999_999_999;

/**
 * Nothing is nothing: a zero below zero (JavaScript's `-0`, as rounding leaves it) becomes zero.
 * @throws RangeError when the amount is not a safe integer or the currency is unknown: a programming error, never user input.
 */
export function money(amount: number, code: string): Money {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`${amount} is not a whole number of minor units`);
  return { amount: amount + 0, currency: currency(code).code };
}

/**
 * `floor(amount x basisPoints / 10000)`, exact for every safe integer (the product may exceed 2^53).
 * Whoever splits an amount gives this to one side and the remainder to the other, so that the shares always sum to the whole.
 */
export function shareOf(amount: number, basisPoints: number): number {
  return Number((BigInt(amount) * BigInt(basisPoints)) / 10_000n);
}

/** Rounds down to what the currency's card networks can settle, e.g. 1234 KWD fils to 1230. */
export function floorToStep(amount: number, code: string): number {
  const { step } = currency(code);
  return amount - (amount % step);
}
