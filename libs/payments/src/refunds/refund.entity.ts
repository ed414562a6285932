import { bigintColumn } from '@app/database';
import { Booking } from '@app/bookings';
import { money, newId, type Money } from '@app/kernel';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { isAnswer, type RefundOutcome } from '../gateway/gateway-results.js';
import { Payment } from '../payment.entity.js';
import { RefundNotFailed } from './refund.errors.js';

export const REFUND_STATUSES = ['pending', 'succeeded', 'failed', 'canceled'] as const;

/**
 * `failed`: the gateway refused it, at once or after it had settled, and the money is still owed to the traveller. `canceled`: an admin
 * gave it up.
 */
export type RefundStatus = (typeof REFUND_STATUSES)[number];

/** What each status may become. */
export const REFUND_TRANSITIONS: Readonly<Record<RefundStatus, readonly RefundStatus[]>> = {
  pending: ['succeeded', 'failed'],
  succeeded: ['failed'],
  failed: ['canceled'],
  canceled: [],
};

/** Money on its way back to a traveller. Amounts are minor units of `currency`. */
@Entity('refunds')
@Unique('refunds_sequence_key', ['paymentId', 'sequence'])
@Unique('refunds_retried_as_key', ['retriedAs'])
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

  /** The platform's part of it, in the same minor units; the vendor bears the remainder. */
  @Column('bigint', { transformer: bigintColumn })
  commission: number;

  @Column('text')
  reason: string;

  @Column('text')
  status: RefundStatus;

  /** The refund that took the place of this one, which had failed. It is what is owed now. */
  @ForeignKey(() => Refund, { name: 'refunds_retried_as_fkey' })
  @Column('uuid', { name: 'retried_as', nullable: true })
  retriedAs: string | null;

  @Index('refunds_gateway')
  @Column('text', { name: 'gateway_refund_id', nullable: true })
  gatewayRefundId: string | null;

  @Column('text', { name: 'failure_code', nullable: true })
  failureCode: string | null;

  @Column('text', { name: 'failure_message', nullable: true })
  failureMessage: string | null;

  @Column('text', { name: 'failure_request_id', nullable: true })
  failureRequestId: string | null;

  /** Why an admin gave it up. */
  @Column('text', { name: 'abandon_reason', nullable: true })
  abandonReason: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;

  static begin(
    payment: Pick<Payment, 'id' | 'bookingId' | 'currency'>,
    refund: Pick<Refund, 'sequence' | 'amount' | 'commission' | 'reason'>,
    now: Date,
  ): Refund {
    return Object.assign(new Refund(), {
      id: newId(),
      paymentId: payment.id,
      bookingId: payment.bookingId,
      currency: payment.currency,
      ...refund,
      status: 'pending',
      retriedAs: null,
      gatewayRefundId: null,
      failureCode: null,
      failureMessage: null,
      failureRequestId: null,
      abandonReason: null,
      createdAt: now,
      updatedAt: now,
    } satisfies Partial<Refund>);
  }

  get money(): Money {
    return money(this.amount, this.currency);
  }

  /** One for good: what is tried afresh is another refund. */
  get idempotencyKey(): string {
    return `refund:${this.id}`;
  }

  /** @returns whether anything changed, be it only that its id at the gateway is known; what the gateway says twice changes nothing. */
  record(outcome: RefundOutcome, now: Date): boolean {
    if (!isAnswer(outcome)) return false;
    const learnsId = this.status === 'pending' && this.gatewayRefundId === null;
    const moves = REFUND_TRANSITIONS[this.status].includes(outcome.status);
    if (!moves && !(learnsId && outcome.status === 'pending')) return false;
    this.gatewayRefundId = outcome.gatewayRefundId ?? this.gatewayRefundId;
    this.updatedAt = now;
    if (!moves) return true;
    this.status = outcome.status;
    const failure = outcome.status === 'failed' ? outcome.failure : undefined;
    this.failureCode = failure?.code ?? null;
    this.failureMessage = failure?.message ?? null;
    this.failureRequestId = failure?.requestId ?? null;
    return true;
  }

  /** Another refund takes the place of this one. @throws RefundNotFailed unless it failed and none has yet. */
  retryAs(id: string, now: Date): void {
    this.requireParked();
    this.retriedAs = id;
    this.updatedAt = now;
  }

  /** It will not be tried again. @throws RefundNotFailed unless it failed and no other has taken its place. */
  abandon(reason: string, now: Date): void {
    this.requireParked();
    this.status = 'canceled';
    this.abandonReason = reason;
    this.updatedAt = now;
  }

  private requireParked(): void {
    if (this.status !== 'failed' || this.retriedAs !== null) throw new RefundNotFailed(this);
  }
}
