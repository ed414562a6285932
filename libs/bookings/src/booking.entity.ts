import { Check, Column, Entity, ForeignKey, Index, OneToMany, PrimaryColumn, Unique } from 'typeorm';
import { bigintColumn } from '@app/database';
import { Departure, Trip, type CancellationPolicy } from '@app/trips';
import { User } from '@app/users';
import { Vendor } from '@app/vendors';
import { BookingItem } from './booking-item.entity.js';
import { mayBecome, type BookingStatus } from './booking-status.js';
import { BookingTransitionNotAllowed, DepartureNotStarted, DepartureStarted } from './booking.errors.js';
import { quoteCancellation, type CancellationQuote, type CancellingParty } from './cancellation.js';

/** Whom to write to about this booking, when it is not the account's owner. */
export interface BookingContact {
  name: string;
  email: string;
  phone?: string;
}

/** Seats on a departure, and the money they cost. Amounts are minor units of `currency`. */
@Entity('bookings')
@Unique('bookings_reference_key', ['reference'])
@Index('bookings_user', ['userId', 'id'])
@Index('bookings_vendor', ['vendorId', 'id'])
@Index('bookings_trip', ['tripId', 'id'])
@Index('bookings_vendor_live', ['vendorId', 'id'], { where: 'archived_at IS NULL' })
@Index('bookings_status_live', ['status', 'id'], { where: 'archived_at IS NULL' })
@Index('bookings_archivable', { synchronize: false })
@Index('bookings_departure', ['departureId', 'status', 'holdExpiresAt'])
@Index('bookings_ending', ['endsAt'], { where: `status = 'confirmed'` })
@Index('bookings_starting', ['startsAt'], { where: `status = 'confirmed'` })
@Index('bookings_lapsing', ['holdExpiresAt'], { where: `status = 'pending'` })
@Check('bookings_status_check', `status IN ('pending', 'confirmed', 'expired', 'cancelled', 'completed')`)
@Check('bookings_seats_check', 'seats >= 0')
@Check('bookings_total_check', 'total >= 0')
@Check('bookings_cancelled_by_check', `cancelled_by IN ('traveller', 'vendor', 'admin')`)
@Check(
  'bookings_refunds_check',
  'refunded >= 0 AND refunded <= refund_committed AND disputed >= 0 AND refund_committed + disputed <= paid',
)
export class Booking {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'bookings_pkey' })
  id: string;

  @Column('text')
  reference: string;

  @ForeignKey(() => User, { name: 'bookings_user_fkey' })
  @Column('uuid', { name: 'user_id' })
  userId: string;

  @ForeignKey(() => Vendor, { name: 'bookings_vendor_fkey' })
  @Column('uuid', { name: 'vendor_id' })
  vendorId: string;

  @ForeignKey(() => Trip, { name: 'bookings_trip_fkey' })
  @Column('uuid', { name: 'trip_id' })
  tripId: string;

  @ForeignKey(() => Departure, { name: 'bookings_departure_fkey' })
  @Column('uuid', { name: 'departure_id' })
  departureId: string;

  @Column('text')
  status: BookingStatus;

  @Column('integer')
  seats: number;

  @Column('char', { length: 3 })
  currency: string;

  @Column('bigint', { transformer: bigintColumn })
  total: number;

  /** What was captured, late money included. */
  @Column('bigint', { default: 0, transformer: bigintColumn })
  paid: number;

  /** What has gone back. */
  @Column('bigint', { default: 0, transformer: bigintColumn })
  refunded: number;

  /** What has gone back or is on its way. */
  @Column('bigint', { name: 'refund_committed', default: 0, transformer: bigintColumn })
  refundCommitted: number;

  /** What a bank has taken back, for good or until it decides: it cannot be refunded as well. */
  @Column('bigint', { default: 0, transformer: bigintColumn })
  disputed: number;

  /** The platform's share as it was when the booking was made, in basis points of the total. */
  @Column('integer', { name: 'commission_bps' })
  commissionBps: number;

  /** The trip's policy as it was when the booking was made. */
  @Column('jsonb', { name: 'policy_snapshot' })
  policySnapshot: CancellationPolicy;

  @Column('jsonb', { nullable: true })
  contact: BookingContact | null;

  @Column('timestamptz', { name: 'starts_at' })
  startsAt: Date;

  @Column('timestamptz', { name: 'ends_at' })
  endsAt: Date;

  /** Null once the seats are no longer merely held. */
  @Column('timestamptz', { name: 'hold_expires_at', nullable: true })
  holdExpiresAt: Date | null;

  /** A payment that begins shortly before the hold lapses extends it, once. */
  @Column('boolean', { name: 'hold_extended', default: false })
  holdExtended: boolean;

  @Column('timestamptz', { name: 'cancelled_at', nullable: true })
  cancelledAt: Date | null;

  @Column('text', { name: 'cancelled_by', nullable: true })
  cancelledBy: CancellingParty | null;

  @Column('text', { name: 'cancel_reason', nullable: true })
  cancelReason: string | null;

  @Column('timestamptz', { name: 'completed_at', nullable: true })
  completedAt: Date | null;

  /** Since when it is out of the lists; see {@link Archiving}. */
  @Column('timestamptz', { name: 'archived_at', nullable: true })
  archivedAt: Date | null;

  /** Raised by every write, which is refused when someone else wrote in between. */
  @Column('integer', { default: 1 })
  version: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;

  @OneToMany(() => BookingItem, (item) => item.booking)
  items: BookingItem[];

  /** Nothing will be earned by it any more that has not been: what returns to it is available at once. */
  get isOver(): boolean {
    return this.status !== 'pending' && this.status !== 'confirmed';
  }

  /** Whether the seats are held and the hold has not lapsed. */
  isHeld(now: Date): boolean {
    return this.status === 'pending' && this.holdExpiresAt !== null && this.holdExpiresAt > now;
  }

  /** @throws BookingTransitionNotAllowed */
  confirm(): void {
    this.become('confirmed');
    this.holdExpiresAt = null;
    this.archivedAt = null;
  }

  /**
   * @returns what is to be refunded, by the policy of the booking.
   * @throws BookingTransitionNotAllowed, DepartureStarted
   */
  cancel(now: Date, by: CancellingParty, reason?: string): CancellationQuote {
    const quote = this.quoteCancellation(now, by);
    this.become('cancelled');
    this.holdExpiresAt = null;
    this.cancelledAt = now;
    this.cancelledBy = by;
    this.cancelReason = reason ?? null;
    return quote;
  }

  /** @throws BookingTransitionNotAllowed, DepartureStarted as {@link cancel} would. */
  quoteCancellation(now: Date, by: CancellingParty): CancellationQuote {
    this.assertMayBecome('cancelled');
    if (now >= this.startsAt) throw new DepartureStarted(this.startsAt);
    return quoteCancellation(this, by, now);
  }

  /** @throws BookingTransitionNotAllowed, DepartureNotStarted */
  complete(now: Date): void {
    this.assertMayBecome('completed');
    if (now < this.startsAt) throw new DepartureNotStarted(this.startsAt);
    this.become('completed');
    this.completedAt = now;
  }

  /** What its cancellation gives back and neither refunds nor a bank have given so far, in minor units; 0 unless it was cancelled. */
  get refundOwed(): number {
    if (this.cancelledAt === null || this.cancelledBy === null) return 0;
    return quoteCancellation(this, this.cancelledBy, this.cancelledAt).refund.amount;
  }

  private become(status: BookingStatus): void {
    this.assertMayBecome(status);
    this.status = status;
  }

  private assertMayBecome(status: BookingStatus): void {
    if (!mayBecome(this.status, status)) throw new BookingTransitionNotAllowed(this.status, status);
  }
}
