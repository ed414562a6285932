import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, IsNull, LessThan, Not, Repository, type FindOptionsWhere } from 'typeorm';
import { Clock } from '@app/kernel';
import type { Tx } from '@app/database';
import { BookingItem } from './booking-item.entity.js';
import { Booking } from './booking.entity.js';
import type { BookingStatus } from './booking-status.js';

export interface BookingFilter {
  readonly userId?: string;
  readonly vendorId?: string;
  readonly status?: BookingStatus;
  /** Whether archived ones are wanted too. */
  readonly archived?: boolean;
}

interface PageRequest {
  readonly limit: number;
  /** Only bookings made before this one: the keyset of the next page. */
  readonly before?: string;
}

type ListRequest = PageRequest & Pick<BookingFilter, 'status' | 'archived'>;

/** What a booking's life changes; everything else is fixed when it is made. */
const MUTABLE = [
  'departureId',
  'status',
  'seats',
  'total',
  'paid',
  'refunded',
  'refundCommitted',
  'disputed',
  'contact',
  'startsAt',
  'endsAt',
  'holdExpiresAt',
  'holdExtended',
  'cancelledAt',
  'cancelledBy',
  'cancelReason',
  'completedAt',
  'archivedAt',
] as const satisfies readonly (keyof Booking)[];

/** Bookings and their items. Lists are newest first, and leave out what is archived unless told otherwise. */
@Injectable()
export class BookingsRepository {
  constructor(
    @InjectRepository(Booking) private readonly bookings: Repository<Booking>,
    private readonly clock: Clock,
  ) {}

  /** One statement for the booking and its items. */
  async insert(booking: Booking, tx: Tx): Promise<void> {
    const { items, ...row } = booking;
    await tx.query(
      `WITH booking AS (
         INSERT INTO bookings (id, reference, user_id, vendor_id, trip_id, departure_id, status, seats, currency, total,
           commission_bps, policy_snapshot, contact, starts_at, ends_at, hold_expires_at, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17)
         RETURNING id
       )
       INSERT INTO booking_items (booking_id, unit_id, quantity, unit_price, amount)
       SELECT booking.id, item.unit_id, item.quantity, item.unit_price, item.amount
       FROM booking, unnest($18::uuid[], $19::int[], $20::bigint[], $21::bigint[]) AS item (unit_id, quantity, unit_price, amount)`,
      [
        row.id,
        row.reference,
        row.userId,
        row.vendorId,
        row.tripId,
        row.departureId,
        row.status,
        row.seats,
        row.currency,
        row.total,
        row.commissionBps,
        row.policySnapshot,
        row.contact,
        row.startsAt,
        row.endsAt,
        row.holdExpiresAt,
        row.createdAt,
        ...columnsOf(items),
      ],
    );
  }

  /** Writes what changed. @throws Error when the booking was written by someone else since it was read: callers lock it first. */
  async save(booking: Booking, tx: Tx): Promise<void> {
    booking.updatedAt = this.clock.now();
    const changes = Object.fromEntries(MUTABLE.map((property) => [property, booking[property]]));
    const { id, version } = booking;
    const { affected } = await tx.update(
      Booking,
      { id, version },
      { ...changes, updatedAt: booking.updatedAt, version: version + 1 },
    );
    if (affected !== 1) throw new Error(`booking ${id} was written by someone else in between`);
    booking.version = version + 1;
  }

  async replaceItems(booking: Booking, tx: Tx): Promise<void> {
    await tx.delete(BookingItem, { bookingId: booking.id });
    await tx.insert(
      BookingItem,
      booking.items.map(({ unitId, quantity, unitPrice, amount }) => ({
        bookingId: booking.id,
        unitId,
        quantity,
        unitPrice,
        amount,
      })),
    );
  }

  /**
   * Locks the row until the transaction ends, before any payment or departure of it is locked; rows that refer to it may still be
   * inserted. Items are not read.
   */
  lock(id: string, tx: Tx): Promise<Booking | null> {
    return tx.findOne(Booking, { where: { id }, lock: { mode: 'for_no_key_update' } });
  }

  /** With its items. */
  async findById(id: string, tx?: Tx): Promise<Booking | null> {
    const [booking] = await this.within(tx).find({ where: { id }, relations: { items: true } });
    return booking ?? null;
  }

  /** Whether the traveller has another pending or confirmed booking on the same departure. */
  hasAnotherLive({ id, userId, departureId }: Booking, tx: Tx): Promise<boolean> {
    return tx.existsBy(Booking, { userId, departureId, id: Not(id), status: In(['pending', 'confirmed']) });
  }

  /**
   * Confirmed bookings whose departure took place and has ended, the longest ago first. A cancelled departure did not take place:
   * its bookings are about to be cancelled, however late.
   */
  async findEnded(now: Date, limit: number, skip = 0): Promise<string[]> {
    const ended = await this.bookings
      .createQueryBuilder('booking')
      .select('booking.id', 'id')
      .where(`booking.status = 'confirmed' AND booking.endsAt <= :now`, { now })
      .andWhere(
        `NOT EXISTS (SELECT FROM departures WHERE id = booking.departure_id AND status = 'cancelled')`,
      )
      .orderBy('booking.endsAt')
      .addOrderBy('booking.id')
      .offset(skip)
      .limit(limit)
      .getRawMany<{ id: string }>();
    return ended.map(({ id }) => id);
  }

  findByUserId(userId: string, page: ListRequest): Promise<Booking[]> {
    return this.findPage({ ...page, userId }, page);
  }

  findByVendorId(vendorId: string, page: ListRequest): Promise<Booking[]> {
    return this.findPage({ ...page, vendorId }, page);
  }

  /** @param page counts from 1. */
  findAll(page: number, limit: number): Promise<Booking[]> {
    return this.bookings.find({
      relations: { items: true },
      order: { id: 'DESC' },
      skip: (page - 1) * limit,
      take: limit,
    });
  }

  /** Two statements however long the page: the bookings, and their items. */
  findPage(
    { userId, vendorId, status, archived }: BookingFilter,
    { limit, before }: PageRequest,
  ): Promise<Booking[]> {
    // Nothing that is still to come is archived; saying so finds it among the live.
    const isLive = !archived || status === 'pending' || status === 'confirmed';
    const where: FindOptionsWhere<Booking> = {
      ...(isLive && { archivedAt: IsNull() }),
      ...(userId && { userId }),
      ...(vendorId && { vendorId }),
      ...(status && { status }),
      ...(before && { id: LessThan(before) }),
    };
    return this.bookings.find({
      where,
      relations: { items: true },
      relationLoadStrategy: 'query',
      order: { id: 'DESC' },
      take: limit,
    });
  }

  async update(id: string, changes: Partial<Pick<Booking, 'contact'>>, tx: Tx): Promise<void> {
    await tx.update(
      Booking,
      { id },
      { ...changes, updatedAt: this.clock.now(), version: () => 'version + 1' },
    );
  }

  async delete(id: string, tx: Tx): Promise<void> {
    await tx.delete(Booking, { id });
  }

  /** How many bookings have each status; statuses without any are left out. */
  async countByStatus(): Promise<Partial<Record<BookingStatus, number>>> {
    const rows = await this.bookings
      .createQueryBuilder('booking')
      .select('booking.status', 'status')
      .addSelect('count(*)::int', 'count')
      .groupBy('booking.status')
      .getRawMany<{ status: BookingStatus; count: number }>();
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  }

  private within(tx?: Tx): Repository<Booking> {
    return tx ? tx.getRepository(Booking) : this.bookings;
  }
}

/** As parallel arrays, for `unnest`. */
function columnsOf(items: readonly BookingItem[]): [string[], number[], number[], number[]] {
  return [
    items.map(({ unitId }) => unitId),
    items.map(({ quantity }) => quantity),
    items.map(({ unitPrice }) => unitPrice),
    items.map(({ amount }) => amount),
  ];
}
