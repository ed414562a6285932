export const BOOKING_STATUSES = ['pending', 'confirmed', 'expired', 'cancelled', 'completed'] as const;

/** `pending` is a hold of seats until `holdExpiresAt`. */
export type BookingStatus = (typeof BOOKING_STATUSES)[number];

/** What each status may become. `expired -> confirmed` only when late money finds its seats again. */
const TRANSITIONS: Readonly<Record<BookingStatus, readonly BookingStatus[]>> = {
  pending: ['confirmed', 'expired', 'cancelled'],
  confirmed: ['completed', 'cancelled'],
  expired: ['confirmed'],
  cancelled: [],
  completed: [],
};

export function mayBecome(from: BookingStatus, to: BookingStatus): boolean {
  return TRANSITIONS[from].includes(to);
}
