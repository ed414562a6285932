import { currency, type FieldError, type Money } from '@app/kernel';
import type { UnitType } from './trip-unit.entity.js';

/** A unit as a client states it; what is left out has the defaults of trip.dto.ts. */
export interface StatedUnit {
  readonly type: UnitType;
  readonly price: Money;
  readonly paxCount?: number;
  readonly minAge?: number | null;
  readonly maxAge?: number | null;
  readonly minQuantity?: number | null;
  readonly maxQuantity?: number | null;
}

/** What is wrong with the units of a trip in `tripCurrency`, beyond what each field says by itself. */
export function unitFaults(units: readonly StatedUnit[], tripCurrency: string): FieldError[] {
  const { step } = currency(tripCurrency);
  return units.flatMap(({ type, price, minAge, maxAge, minQuantity, maxQuantity }, index) => {
    const faults: FieldError[] = [];
    const fault = (field: string, message: string) =>
      faults.push({ field: `units.${index}.${field}`, message });

    if (units.findIndex((unit) => unit.type === type) < index) fault('type', `${type} is there already`);
    if (price.currency !== tripCurrency)
      fault('price.currency', `must be the trip's currency, ${tripCurrency}`);
    else if (price.amount % step !== 0)
      fault('price.amount', `must be a multiple of ${step}: cards settle no less of ${tripCurrency}`);
    if (exceeds(minAge, maxAge)) fault('maxAge', 'must not be below minAge');
    if (exceeds(minQuantity, maxQuantity)) fault('maxQuantity', 'must not be below minQuantity');
    return faults;
  });
}

/** The price to show and sort by: an adult's, or else the lowest. Minor units. */
export function priceFrom(units: readonly StatedUnit[]): number {
  const adult = units.find(({ type }) => type === 'adult');
  return adult ? adult.price.amount : Math.min(...units.map(({ price }) => price.amount));
}

const exceeds = (least?: number | null, most?: number | null): boolean =>
  typeof least === 'number' && typeof most === 'number' && least > most;
