import { bigintColumn } from '@app/database';
import { Booking } from '@app/bookings';
import { money, newId, type Money } from '@app/kernel';
import { User } from '@app/users';
import { Vendor } from '@app/vendors';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { GatewayFailure, NextAction, PaymentOutcome } from './gateway/gateway-results.js';
import { OPEN_STATUSES, PAYMENT_TRANSITIONS, type PaymentStatus } from './payment-status.js';

/** An attempt that the gateway turned away before anything was charged. */
const TURNED_AWAY: GatewayFailure = {
  code: 'gateway_unavailable',
  message: 'The payment gateway could not take the payment; nothing was charged.',
  retryable: true,
};

/** One attempt at paying for a booking. Amounts are minor units of `currency`. */
@Entity('payments')
@Unique('payments_attempt_key', ['bookingId', 'attempt'])
@Unique('payments_gateway_key', ['gateway', 'gatewayPaymentId'])
@Index('payments_one_live', ['bookingId'], {
  unique: true,
  where: `status IN ('pending', 'requires_action', 'processing', 'succeeded', 'unknown') AND NOT superseded`,
})
@Index('payments_unfinished', ['updatedAt'], {
  where: `status IN ('pending', 'requires_action', 'processing', 'unknown')`,
})
@Index('payments_user', ['userId', 'id'])
@Index('payments_vendor', ['vendorId', 'id'])
@Check('payments_amount_check', 'amount > 0')
@Check(
  'payments_status_check',
  `status IN ('pending', 'requires_action', 'processing', 'succeeded', 'failed', 'canceled', 'unknown')`,
)
@Check('payments_refunded_check', 'refunded >= 0 AND disputed >= 0 AND refunded + disputed <= captured')
export class Payment {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'payments_pkey' })
  id: string;

  @ForeignKey(() => Booking, { name: 'payments_booking_fkey' })
  @Column('uuid', { name: 'booking_id' })
  bookingId: string;

  /** Who pays. */
  @ForeignKey(() => User, { name: 'payments_user_fkey' })
  @Column('uuid', { name: 'user_id' })
  userId: string;

  @ForeignKey(() => Vendor, { name: 'payments_vendor_fkey' })
  @Column('uuid', { name: 'vendor_id' })
  vendorId: string;

  /** 1 for the booking's first. */
  @Column('integer')
  attempt: number;

  @Column('bigint', { transformer: bigintColumn })
  amount: number;

  @Column('char', { length: 3 })
  currency: string;

  @Column('text')
  status: PaymentStatus;

  /** Another attempt pays for the booking: should this one bring money, all of it goes back. */
  @Column('boolean', { default: false })
  superseded: boolean;

  @Column('text')
  gateway: string;

  @Column('text', { name: 'gateway_payment_id', nullable: true })
  gatewayPaymentId: string | null;

  /** The gateway has closed the intent: no money can come of this attempt any more. */
  @Column('boolean', { name: 'intent_closed', default: false })
  intentClosed: boolean;

  @Column('text', { name: 'payment_method' })
  paymentMethod: string;

  @Column('bigint', { default: 0, transformer: bigintColumn })
  captured: number;

  /** What has gone back: refunds that have settled. */
  @Column('bigint', { default: 0, transformer: bigintColumn })
  refunded: number;

  /** What a bank has taken back of it, for good or until it decides. */
  @Column('bigint', { default: 0, transformer: bigintColumn })
  disputed: number;

  @Column('text', { name: 'failure_code', nullable: true })
  failureCode: string | null;

  @Column('text', { name: 'failure_decline_code', nullable: true })
  failureDeclineCode: string | null;

  @Column('text', { name: 'failure_message', nullable: true })
  failureMessage: string | null;

  @Column('boolean', { name: 'failure_retryable', nullable: true })
  failureRetryable: boolean | null;

  /** The gateway's id of the call that failed, for its support. */
  @Column('text', { name: 'failure_request_id', nullable: true })
  failureRequestId: string | null;

  @Column('jsonb', { name: 'next_action', nullable: true })
  nextAction: NextAction | null;

  @Column('text', { name: 'client_secret', nullable: true })
  clientSecret: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;

  /** Amount, payer and vendor are the booking's, never the request's. The attempt is numbered where it is written. */
  static begin(
    booking: Pick<Booking, 'id' | 'userId' | 'vendorId' | 'total' | 'currency'>,
    attempt: { number?: number; gateway: string; paymentMethod: string },
    now: Date,
  ): Payment {
    return Object.assign(new Payment(), {
      id: newId(),
      bookingId: booking.id,
      userId: booking.userId,
      vendorId: booking.vendorId,
      attempt: attempt.number ?? 1,
      amount: booking.total,
      currency: booking.currency,
      status: 'pending',
      superseded: false,
      gateway: attempt.gateway,
      gatewayPaymentId: null,
      intentClosed: false,
      paymentMethod: attempt.paymentMethod,
      captured: 0,
      refunded: 0,
      disputed: 0,
      failureCode: null,
      failureDeclineCode: null,
      failureMessage: null,
      failureRetryable: null,
      failureRequestId: null,
      nextAction: null,
      clientSecret: null,
      createdAt: now,
      updatedAt: now,
    } satisfies Partial<Payment>);
  }

  get total(): Money {
    return money(this.amount, this.currency);
  }

  get isOpen(): boolean {
    return OPEN_STATUSES.includes(this.status);
  }

  /** Whether there is an intent at the gateway that might still bring money. */
  get hasOpenIntent(): boolean {
    return (
      !this.intentClosed && this.status !== 'succeeded' && (this.isOpen || this.gatewayPaymentId !== null)
    );
  }

  get failure(): GatewayFailure | undefined {
    if (this.failureCode === null) return undefined;
    return {
      code: this.failureCode,
      ...(this.failureDeclineCode !== null && { declineCode: this.failureDeclineCode }),
      message: this.failureMessage ?? '',
      retryable: this.failureRetryable ?? false,
    };
  }

  /** Failed without having been tried: the client may send the very same request again. */
  get wasTurnedAway(): boolean {
    return this.status === 'failed' && this.failureCode === TURNED_AWAY.code;
  }

  /**
   * Takes over what the gateway says, where the state machine has a way there.
   * @returns whether anything changed; what is late or said twice changes nothing.
   */
  record(outcome: PaymentOutcome, now: Date): boolean {
    if (outcome.status === 'created' || outcome.status === 'unknown-method') return false;
    const closes = outcome.status === 'canceled' && !this.intentClosed && this.status !== 'succeeded';
    const to = outcome.status === 'unavailable' ? 'failed' : outcome.status;
    const moves = PAYMENT_TRANSITIONS[this.status].includes(to);
    if (!moves && !closes) return false;
    this.updatedAt = now;
    if (closes) this.intentClosed = true;
    if (!moves) return true;
    this.status = to;
    this.adopt(outcome);
    return true;
  }

  /**
   * Whether the outcome would change nothing, even if this was read a while ago: a success is the end, and an attempt that failed or
   * was canceled can only have become closed or a success meanwhile, which the same news would not change either.
   */
  isUnmovedBy(outcome: PaymentOutcome): boolean {
    return !this.isOpen && !Object.assign(new Payment(), this).record(outcome, this.updatedAt);
  }

  private adopt(outcome: PaymentOutcome): void {
    this.nextAction = outcome.status === 'requires_action' ? outcome.nextAction : null;
    this.clientSecret = outcome.status === 'requires_action' ? outcome.clientSecret : null;
    if (outcome.status === 'succeeded') this.captured = outcome.captured.amount;
    const failure =
      outcome.status === 'failed'
        ? outcome.failure
        : outcome.status === 'unavailable'
          ? TURNED_AWAY
          : undefined;
    this.failureCode = failure?.code ?? null;
    this.failureDeclineCode = failure?.declineCode ?? null;
    this.failureMessage = failure?.message ?? null;
    this.failureRetryable = failure?.retryable ?? null;
    this.failureRequestId = failure?.requestId ?? null;
  }
}
