import { bigintColumn } from '@app/database';
import { Booking } from '@app/bookings';
import { money, newId, type Money } from '@app/kernel';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { DisputeOutcome } from '../gateway/gateway-results.js';
import { Payment } from '../payment.entity.js';

export const DISPUTE_STATUSES = ['inquiry', 'open', 'won', 'lost', 'closed'] as const;

/**
 * `inquiry`: the bank asks, no money has moved; `closed`: it came to nothing. `open`: the bank took the money while it decides;
 * `won`: it came back; `lost`: it did not.
 */
export type DisputeStatus = (typeof DISPUTE_STATUSES)[number];

/** What each status may become. */
export const DISPUTE_TRANSITIONS: Readonly<Record<DisputeStatus, readonly DisputeStatus[]>> = {
  inquiry: ['open', 'closed'],
  open: ['won', 'lost'],
  won: [],
  lost: [],
  closed: ['open'],
};

/** In these the gateway may still have news. */
export const UNDECIDED_STATUSES: readonly DisputeStatus[] = ['inquiry', 'open'];

/** What the gateway says of a dispute, when it says anything. */
export type DisputeAnswer = Extract<DisputeOutcome, { readonly gatewayDisputeId: string }>;

/** A traveller's bank demands a payment back. Amounts are minor units of `currency`, the payment's. */
@Entity('disputes')
@Unique('disputes_gateway_key', ['gateway', 'gatewayDisputeId'])
@Index('disputes_status', ['status', 'id'])
@Check('disputes_amount_check', 'amount > 0')
@Check('disputes_status_check', `status IN ('inquiry', 'open', 'won', 'lost', 'closed')`)
@Check(
  'disputes_shares_check',
  'vendor_share >= 0 AND commission_share >= 0 AND vendor_share + commission_share <= amount',
)
export class Dispute {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'disputes_pkey' })
  id: string;

  @Index('disputes_payment')
  @ForeignKey(() => Payment, { name: 'disputes_payment_fkey' })
  @Column('uuid', { name: 'payment_id' })
  paymentId: string;

  @Index('disputes_booking')
  @ForeignKey(() => Booking, { name: 'disputes_booking_fkey' })
  @Column('uuid', { name: 'booking_id' })
  bookingId: string;

  @Column('text')
  gateway: string;

  @Column('text', { name: 'gateway_dispute_id' })
  gatewayDisputeId: string;

  /** What is disputed, which may be more than the payment still has. */
  @Column('bigint', { transformer: bigintColumn })
  amount: number;

  @Column('char', { length: 3 })
  currency: string;

  /** In the card network's vocabulary. */
  @Column('text')
  reason: string;

  @Column('text')
  status: DisputeStatus;

  /** The vendor's part of what the payment still had when the money was withdrawn; frozen while the dispute is open. */
  @Column('bigint', { name: 'vendor_share', default: 0, transformer: bigintColumn })
  vendorShare: number;

  /** The platform's part of the same. */
  @Column('bigint', { name: 'commission_share', default: 0, transformer: bigintColumn })
  commissionShare: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;

  /** As it begins, whatever the gateway says of it by now: {@link stepsTo} leads there. */
  static begin(
    payment: Pick<Payment, 'id' | 'bookingId' | 'gateway' | 'currency'>,
    { gatewayDisputeId, amount, reason }: DisputeAnswer,
    now: Date,
  ): Dispute {
    if (amount.currency !== payment.currency)
      throw new Error(
        `dispute ${gatewayDisputeId} is not in ${payment.currency}, as payment ${payment.id} is`,
      );
    return Object.assign(new Dispute(), {
      id: newId(),
      paymentId: payment.id,
      bookingId: payment.bookingId,
      gateway: payment.gateway,
      gatewayDisputeId,
      amount: amount.amount,
      currency: amount.currency,
      reason,
      status: 'inquiry',
      vendorShare: 0,
      commissionShare: 0,
      createdAt: now,
      updatedAt: now,
    } satisfies Partial<Dispute>);
  }

  get money(): Money {
    return money(this.amount, this.currency);
  }

  /** What it takes of the payment while it is open, and for good when it is lost. */
  get share(): number {
    return this.vendorShare + this.commissionShare;
  }

  /**
   * The statuses it goes through to get to `to`; none for what is late or said twice. One that was decided before we heard of it goes
   * through `open`: the money was withdrawn, and the books tell so.
   */
  stepsTo(to: DisputeStatus): readonly DisputeStatus[] {
    const next = DISPUTE_TRANSITIONS[this.status];
    if (next.includes(to)) return [to];
    return next.includes('open') && DISPUTE_TRANSITIONS.open.includes(to) ? ['open', to] : [];
  }
}
