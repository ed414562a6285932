import { InvalidRequest } from '@app/http';
import { MAX_AMOUNT, type FieldError } from '@app/kernel';
import type { QuoteUnit } from '@app/trips';

export interface ItemRequest {
  unitId: string;
  quantity: number;
}

export interface PricedItem extends ItemRequest {
  /** Minor units of the trip's currency, as `amount`. */
  unitPrice: number;
  amount: number;
}

export interface Price {
  readonly items: PricedItem[];
  readonly seats: number;
  readonly total: number;
}

/** Prices a request from the trip's own units; nothing a client says of prices is looked at. @throws InvalidRequest */
export function priceItems(requested: readonly ItemRequest[], units: readonly QuoteUnit[]): Price {
  const unitOf = new Map(units.map((unit) => [unit.id, unit]));
  const errors = requested.flatMap((item, index) =>
    itemErrors(item, index, requested, unitOf.get(item.unitId)),
  );
  if (errors.length > 0) throw new InvalidRequest(errors);

  const lines = requested.map((item) => ({ item, unit: unitOf.get(item.unitId) as QuoteUnit }));
  const items = lines.map(({ item: { unitId, quantity }, unit: { price } }) => ({
    unitId,
    quantity,
    unitPrice: price,
    amount: price * quantity,
  }));
  const seats = lines.reduce((sum, { item, unit }) => sum + item.quantity * unit.paxCount, 0);
  const total = items.reduce((sum, { amount }) => sum + amount, 0);
  if (seats === 0) throw InvalidRequest.field('items', 'must take at least one seat');
  if (total > MAX_AMOUNT) throw InvalidRequest.field('items', 'come to more than can be charged at once');
  return { items, seats, total };
}

function itemErrors(
  { unitId, quantity }: ItemRequest,
  index: number,
  all: readonly ItemRequest[],
  unit: QuoteUnit | undefined,
): FieldError[] {
  const at = (field: string, message: string) => [{ field: `items.${index}.${field}`, message }];
  if (!unit) return at('unitId', 'must be a unit of the trip this departure belongs to');
  if (all.findIndex((item) => item.unitId === unitId) !== index) return at('unitId', 'must appear only once');
  const { minQuantity, maxQuantity } = unit;
  if (minQuantity !== null && quantity < minQuantity) return at('quantity', `must be ${minQuantity} or more`);
  if (maxQuantity !== null && quantity > maxQuantity) return at('quantity', `must be ${maxQuantity} or less`);
  return [];
}
