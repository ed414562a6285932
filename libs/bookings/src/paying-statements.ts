import type { Booking } from './booking.entity.js';

/*
 * What bookings contribute to the statements with which a payment begins and succeeds. Such a statement commits by itself: nobody had
 * the booking locked since it was read, so it writes only if the booking's version is still the one that was decided upon.
 */

/** In SQL: the booking's id, its row locked, if it is still at that version; no row otherwise. */
export const lockAtVersion = (id: string, version: string) =>
  `SELECT id FROM bookings WHERE id = ${id} AND version = ${version} FOR NO KEY UPDATE`;

const record = (row: string) =>
  `jsonb_to_record(${row}::jsonb) AS new (id uuid, status text, paid bigint, hold_expires_at timestamptz, hold_extended boolean,
     archived_at timestamptz, updated_at timestamptz, departure_id uuid, seats int)`;

/**
 * Writes what paying changes in a booking, in SQL.
 * @param row SQL for what {@link paidRow} made, or for NULL: nothing is written.
 * @param condition SQL on `new.id`: whether it is to happen.
 */
export const writePaid = (row: string, condition: string) => /* sql */ `
  UPDATE bookings SET status = new.status, paid = new.paid, hold_expires_at = new.hold_expires_at, hold_extended = new.hold_extended,
    archived_at = new.archived_at, updated_at = new.updated_at, version = version + 1
  FROM ${record(row)} WHERE bookings.id = new.id AND ${condition}`;

/** Makes the seats that the booking holds the traveller's, in SQL. Parameters as of {@link writePaid}. */
export const confirmSeats = (row: string, condition: string) => /* sql */ `
  UPDATE departures SET seats_held = seats_held - new.seats, seats_booked = seats_booked + new.seats
  FROM ${record(row)} WHERE departures.id = new.departure_id AND ${condition}`;

/** As JSON. */
export function paidRow(booking: Booking, now: Date): string {
  return JSON.stringify({
    id: booking.id,
    status: booking.status,
    paid: booking.paid,
    hold_expires_at: booking.holdExpiresAt,
    hold_extended: booking.holdExtended,
    archived_at: booking.archivedAt,
    updated_at: now,
    departure_id: booking.departureId,
    seats: booking.seats,
  });
}
