import type { BalanceTransaction, BalanceTransactionType } from '@app/payments';
import { addTo, NOTHING, sumOf, type Amounts } from './amounts.js';

/** Why the gateway's balance moved, of all that concerns us. */
export type MovementType = Exclude<BalanceTransactionType, 'bank' | 'other'>;

/** The records of ours that move the gateway's balance: the `source_type` of their journals. */
export type Source = 'payment' | 'refund' | 'payout' | 'dispute';

export const SOURCES: Readonly<Record<MovementType, Source>> = {
  payment: 'payment',
  refund: 'refund',
  refund_failure: 'refund',
  transfer: 'payout',
  transfer_reversal: 'payout',
  dispute: 'dispute',
  dispute_reversal: 'dispute',
};

/** Half-open: from its beginning until just before its end. */
export interface Window {
  readonly from: Date;
  readonly to: Date;
}

export const isWithin = ({ from, to }: Window, instant: Date): boolean => instant >= from && instant < to;

/** One object at the gateway, and what it did to the balance there, by type. */
export class MovedObject {
  private readonly byType = new Map<MovementType, Map<string, number>>();
  /** When the gateway last moved money for it. */
  lastMovedAt?: Date;
  /** Whether anything of it, there or in our books, is within the window that is compared. */
  isDue = false;

  constructor(
    readonly source: Source,
    readonly gatewayId: string,
  ) {}

  get types(): MovementType[] {
    return [...this.byType.keys()];
  }

  /** What was expected, and the gateway has not mentioned. */
  get unmentioned(): MovementType[] {
    return this.types.filter((type) => !this.hasMoved(type));
  }

  get total(): Amounts {
    return sumOf(this.byType.values());
  }

  of(type: MovementType): Amounts {
    return this.byType.get(type) ?? NOTHING;
  }

  hasMoved(type: MovementType): boolean {
    return (this.byType.get(type)?.size ?? 0) > 0;
  }

  add(type: MovementType, { net, createdAt }: BalanceTransaction): void {
    this.expect(type);
    addTo(this.byType.get(type) as Map<string, number>, net.currency, net.amount);
    if (!this.lastMovedAt || createdAt > this.lastMovedAt) this.lastMovedAt = createdAt;
  }

  /** Our books say that it moved money in this way, whether or not the gateway does. */
  expect(type: MovementType): void {
    if (!this.byType.has(type)) this.byType.set(type, new Map());
  }
}

/** Everything that moved the gateway's balance, object by object. */
export class Movements {
  private readonly objects = new Map<string, MovedObject>();

  /** The object, which the gateway may never have mentioned. */
  open(source: Source, gatewayId: string): MovedObject {
    const key = `${source} ${gatewayId}`;
    const object = this.objects.get(key) ?? new MovedObject(source, gatewayId);
    this.objects.set(key, object);
    return object;
  }

  find(source: Source, gatewayId: string): MovedObject | undefined {
    return this.objects.get(`${source} ${gatewayId}`);
  }

  /** Those to be compared. */
  due(): MovedObject[] {
    return [...this.objects.values()].filter(({ isDue }) => isDue);
  }
}
