import { CacheService, type CacheKey } from '@app/cache';
import { IS_ONE_OF_KEYS, readTogether, Transactor, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { BOOKING_WITH_ITEMS, toBooking, type BookingRow } from './booking-rows.js';
import { toBookingView, type BookingView } from './booking.dto.js';

/** For deletions that were lost: whoever writes a booking deletes it here. */
const TTL_MS = 5_000;

const keyOf = (id: string): CacheKey => `v1:bookings:view:${id}`;

/**
 * Bookings as their parties see them. In a cache that all processes share they are kept until they are written; in one of a single
 * process they are not, for payments and other processes change them all the time.
 */
@Injectable()
export class BookingViews {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly cache: CacheService,
    private readonly transactor: Transactor,
  ) {}

  /** Past the cache. */
  private readonly read = readTogether((ids) => this.readAll(ids));

  async find(id: string): Promise<BookingView | undefined> {
    return this.cache.isShared ? this.cache.wrap(keyOf(id), TTL_MS, () => this.read(id)) : this.read(id);
  }

  /** For whoever writes bookings: drops them from the cache once `tx` has committed, before its caller goes on; without `tx`, at once. */
  async forget(ids: readonly string[], tx?: Tx): Promise<void> {
    if (!this.cache.isShared) return;
    const drop = async () => {
      await Promise.all(ids.map((id) => this.cache.delete(keyOf(id))));
    };
    if (tx) this.transactor.onCommit(tx, drop);
    else await drop();
  }

  private async readAll(ids: readonly string[]): Promise<[id: string, view: BookingView][]> {
    const rows = await this.dataSource.query<BookingRow[]>(
      `SELECT ${BOOKING_WITH_ITEMS} FROM bookings booking WHERE booking.id ${IS_ONE_OF_KEYS}`,
      [ids],
    );
    return rows.map((row) => [row.id, toBookingView(toBooking(row, this.dataSource.manager))]);
  }
}
