import { bigintColumn } from '@app/database';
import { Booking } from '@app/bookings';
import { money, type Money } from '@app/kernel';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { RefundOutcome } from '../gateway/gateway-results.js';
import { Payment } from '../payment.entity.js';

export const REFUND_STATUSES = ['pending', 'succeeded', 'failed', 'canceled'] as const;

/** `failed`: the gateway refused it, and the money is still owed to the traveller. */
export type RefundStatus = (typeof REFUND_STATUSES)[number];

/** What each status may become. */
export const REFUND_TRANSITIONS: Readonly<Record<RefundStatus, readonly RefundStatus[]>> = {
  pending: ['succeeded', 'failed', 'canceled'],
  succeeded: [],
  failed: [],
  canceled: [],
};

/** Money on its way back to a traveller. Amounts are minor units of `currency`. */
@Entity('refunds')
@Unique('refunds_sequence_key', ['paymentId', 'sequence'])
@Index('refunds_unfinished', ['updatedAt'], { where: `status = 'pending'` })
@Index('refunds_status', ['status', 'id'])
@Check('refunds_amount_check', 'amount > 0')
@Check('refunds_status_check', `status IN ('pending', 'succeeded', 'failed', 'canceled')`)
export class Refund {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'refunds_pkey' })
  id: string;

  @ForeignKey(() => Payment, { name: 'refunds_payment_fkey' })
  @Column('uuid', { name: 'payment_id' })
  paymentId: string;

  @Index('refunds_booking')
  @ForeignKey(() => Booking, { name: 'refunds_booking_fkey' })
  @Column('uuid', { name: 'booking_id' })
  bookingId: string;

  /** 1 for the payment's first. */
  @Column('integer')
  sequence: number;

  @Column('bigint', { transformer: bigintColumn })
  amount: number;

  @Column('char', { length: 3 })
  currency: string;

  @Column('text')
  reason: string;

  @Column('text')
  status: RefundStatus;

  /** Raised when it is tried afresh at the gateway, so that the key is a new one. */
  @Column('integer', { default: 1 })
  attempt: number;

  @Column('text', { name: 'gateway_refund_id', nullable: true })
  gatewayRefundId: string | null;

  @Column('text', { name: 'failure_code', nullable: true })
  failureCode: string | null;

  @Column('text', { name: 'failure_message', nullable: true })
  failureMessage: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;

  get money(): Money {
    return money(this.amount, this.currency);
  }

  get idempotencyKey(): string {
    return `refund:${this.id}:${this.attempt}`;
  }

  /** @returns whether the status changed; what the gateway says twice changes nothing. */
  record(outcome: RefundOutcome, now: Date): boolean {
    if (outcome.status === 'unknown' || outcome.status === 'unavailable') return false;
    if (!REFUND_TRANSITIONS[this.status].includes(outcome.status)) return false;
    this.status = outcome.status;
    this.gatewayRefundId = outcome.gatewayRefundId ?? this.gatewayRefundId;
    this.failureCode = outcome.status === 'failed' ? outcome.failure.code : null;
    this.failureMessage = outcome.status === 'failed' ? outcome.failure.message : null;
    this.updatedAt = now;
    return true;
  }
}
