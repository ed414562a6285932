import { money, type Money } from '@app/kernel';

/** Signed minor units by currency. */
export type Amounts = ReadonlyMap<string, number>;

export function sumOf(amounts: Iterable<Amounts>): Amounts {
  const sums = new Map<string, number>();
  for (const amount of amounts) for (const [currency, units] of amount) addTo(sums, currency, units);
  return sums;
}

/** What is left of `amounts` without `others`; currencies in which nothing is left are left out. */
export function difference(amounts: Amounts, others: Amounts): Amounts {
  const left = new Map(amounts);
  for (const [currency, units] of others) addTo(left, currency, -units);
  return new Map([...left].filter(([, units]) => units !== 0));
}

export function isSame(amounts: Amounts, others: Amounts): boolean {
  return difference(amounts, others).size === 0;
}

export const NOTHING: Amounts = new Map();

export function isNothing(amounts: Amounts): boolean {
  return isSame(amounts, NOTHING);
}

/** @throws RangeError when a sum is no safe integer any more. */
export function addTo(amounts: Map<string, number>, currency: string, units: number): void {
  amounts.set(currency, money((amounts.get(currency) ?? 0) + units, currency).amount);
}

export function moneyOf(amounts: Amounts): Money[] {
  return [...amounts].map(([currency, units]) => money(units, currency));
}

/** E.g. `9680 USD`, `-100 EUR and 109 USD`, `nothing`. */
export function toText(amounts: Amounts): string {
  const told = [...difference(amounts, NOTHING)].map(([currency, units]) => `${units} ${currency}`);
  return told.length === 0 ? 'nothing' : told.join(' and ');
}
