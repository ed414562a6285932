import { entityOfRow } from '@app/database';
import type { EntityManager } from 'typeorm';
import { BookingItem } from './booking-item.entity.js';
import { Booking } from './booking.entity.js';

/** A booking with its items, as {@link toBooking} takes it, of the table `bookings` by the name `booking`. */
export const BOOKING_WITH_ITEMS = /* sql */ `
  booking.*, (
    SELECT json_agg(json_build_object('unitId', unit_id, 'quantity', quantity, 'unitPrice', unit_price, 'amount', amount))
    FROM booking_items WHERE booking_id = booking.id
  ) AS items`;

export interface BookingRow extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly items: Pick<BookingItem, 'unitId' | 'quantity' | 'unitPrice' | 'amount'>[] | null;
}

export function toBooking(row: BookingRow, manager: EntityManager): Booking {
  const booking = entityOfRow(Booking, row, manager);
  const bookingId = row.id;
  booking.items = (row.items ?? []).map((item) => Object.assign(new BookingItem(), item, { bookingId }));
  return booking;
}
