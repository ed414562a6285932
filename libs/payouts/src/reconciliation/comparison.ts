import { difference, isNothing, isSame, sumOf, toText, type Amounts, moneyOf } from './amounts.js';
import type { BookedObject } from './booked-movements.js';
import type { MovedObject, MovementType } from './movements.js';
import type { Break, BreakKind } from './reconciliation-report.js';

/** What the gateway moves while our record is in one of these statuses is news that we are about to hear. */
const AWAITED: Readonly<Record<MovementType, readonly string[]>> = {
  payment: ['pending', 'requires_action', 'processing', 'unknown', 'failed', 'canceled'],
  refund: ['pending'],
  refund_failure: ['pending', 'succeeded'],
  transfer: ['pending', 'in_transit'],
  transfer_reversal: ['pending', 'in_transit', 'paid'],
  dispute: ['inquiry', 'closed'],
  dispute_reversal: ['inquiry', 'closed', 'open'],
};

/**
 * Compares what the gateway moved for one object with what our books have for it: as a whole first, since a refund that failed before
 * anybody looked moved nothing on balance, then way by way, since the gateway was asked about a window and the books know it all.
 *
 * @param isYoung whether the gateway moved it so lately that we may not have heard yet.
 * @returns one break for each currency that differs.
 */
export function compare(moved: MovedObject, booked: BookedObject, isYoung: boolean): Break[] {
  const total = moved.total;
  if (isSame(total, booked.total('all')) || isSame(total, booked.total('within'))) return [];
  const differing = moved.types.filter(
    (type) =>
      !isSame(moved.of(type), booked.of(type, 'all')) && !isSame(moved.of(type), booked.of(type, 'within')),
  );
  if (differing.every((type) => isAwaited(type, booked.status, isYoung))) return [];
  const there = sumOf(differing.map((type) => moved.of(type)));
  const here = sumOf(differing.map((type) => booked.of(type, 'all')));
  const kind = differing.every((type) => !moved.hasMoved(type))
    ? 'missing-at-gateway'
    : differing.every((type) => isNothing(booked.of(type, 'all')))
      ? 'missing-in-books'
      : 'amount-differs';
  const detail = `${differing.map(wordsOf).join(', ')}: the gateway moved ${toText(there)}, the books have ${toText(here)}`;
  const { gatewayId } = moved;
  return breaks(kind, { gatewayId, paymentId: booked.paymentId, detail }, difference(there, here));
}

/** A refund leaves the gateway's balance days before it is through; while it is pending, it is read there again and again. */
function isAwaited(type: MovementType, status: string, isYoung: boolean): boolean {
  return (isYoung || type === 'refund') && AWAITED[type].includes(status);
}

/** One break for each currency. */
export function breaks(
  kind: BreakKind,
  { gatewayId, paymentId, detail }: { gatewayId: string; paymentId?: string; detail: string },
  amounts: Amounts,
): Break[] {
  return moneyOf(amounts).map((amount) => ({
    kind,
    gatewayId,
    ...(paymentId !== undefined && { paymentId }),
    amount,
    detail,
  }));
}

export const wordsOf = (type: MovementType): string => type.replaceAll('_', ' ');
