import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Not, Repository, type EntityManager } from 'typeorm';
import { Clock } from '@app/kernel';
import { IS_ONE_OF_KEYS, readTogether, type Tx } from '@app/database';
import { BookingItem } from './booking-item.entity.js';
import { BOOKING_WITH_ITEMS, toBooking, type BookingRow } from './booking-rows.js';
import { BookingViews } from './booking-views.js';
import { Booking } from './booking.entity.js';
import { BOOKING_STATUSES, type BookingStatus } from './booking-status.js';

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

const BY_ID = `WHERE booking.id ${IS_ONE_OF_KEYS}`;

/** Bookings and their items. Lists are newest first, and leave out what is archived unless told otherwise. */
@Injectable()
export class BookingsRepository {
  constructor(
    @InjectRepository(Booking) private readonly bookings: Repository<Booking>,
    private readonly views: BookingViews,
    private readonly clock: Clock,
  ) {}

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
    await this.views.forget([id], tx);
  }

  /** Before {@link save}. */
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

  /** With its items; for each caller an entity of his own. */
  async findById(id: string, tx?: Tx): Promise<Booking | null> {
    const [row] = tx ? await this.readRows(BY_ID, [[id]], tx) : [await this.readRow(id)];
    return row ? toBooking(row, this.bookings.manager) : null;
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
    return this.read('ORDER BY booking.id DESC LIMIT $1 OFFSET $2', [limit, (page - 1) * limit]);
  }

  /** One statement, however long the page. */
  async findPage(
    { userId, vendorId, status, archived }: BookingFilter,
    { limit, before }: PageRequest,
  ): Promise<Booking[]> {
    // Nothing that is still to come is archived; saying so finds it among the live.
    const isLive = !archived || status === 'pending' || status === 'confirmed';
    const parameters: unknown[] = [limit];
    const is = (condition: string, value: unknown) =>
      value === undefined ? [] : [`booking.${condition} $${parameters.push(value)}`];
    const conditions = [
      ...is('id <', before),
      ...is('user_id =', userId),
      ...is('vendor_id =', vendorId),
      ...is('status =', status),
      ...(isLive ? ['booking.archived_at IS NULL'] : []),
      ...(isLive && !userId && !vendorId && !status ? [NEWEST_LIVE(before ? 'id < $2' : 'true')] : []),
    ];
    return this.read(
      `WHERE ${conditions.join(' AND ') || 'true'} ORDER BY booking.id DESC LIMIT $1`,
      parameters,
    );
  }

  async update(id: string, changes: Partial<Pick<Booking, 'contact'>>, tx: Tx): Promise<void> {
    await tx.update(
      Booking,
      { id },
      { ...changes, updatedAt: this.clock.now(), version: () => 'version + 1' },
    );
    await this.views.forget([id], tx);
  }

  async delete(id: string, tx: Tx): Promise<void> {
    await tx.delete(Booking, { id });
    await this.views.forget([id], tx);
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

  /** @param clauses what follows `FROM bookings booking`. */
  private async read(
    clauses: string,
    parameters: unknown[],
    tx: EntityManager = this.bookings.manager,
  ): Promise<Booking[]> {
    const rows = await this.readRows(clauses, parameters, tx);
    return rows.map((row) => toBooking(row, tx));
  }

  private readonly readRow = readTogether(async (ids) => {
    const rows = await this.readRows(BY_ID, [ids], this.bookings.manager);
    return rows.map((row) => [row.id, row]);
  });

  private readRows(clauses: string, parameters: unknown[], tx: EntityManager): Promise<BookingRow[]> {
    return tx.query<BookingRow[]>(
      `SELECT ${BOOKING_WITH_ITEMS} FROM bookings booking ${clauses}`,
      parameters,
    );
  }
}

/**
 * Some of the newest live bookings of each status, among them the newest of all: read from the index of the live, which is by status. By
 * ids alone, the last page would have to go through all that is archived.
 */
const NEWEST_LIVE = (condition: string) =>
  `booking.id IN (${BOOKING_STATUSES.map(
    (status) =>
      `(SELECT id FROM bookings WHERE archived_at IS NULL AND status = '${status}' AND ${condition} ORDER BY id DESC LIMIT $1)`,
  ).join(' UNION ALL ')})`;
