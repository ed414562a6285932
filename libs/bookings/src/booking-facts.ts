import type { Booking } from './booking.entity.js';

/** What every event of a booking tells of it. */
export function factsOf({ id, userId, vendorId, tripId, departureId, seats }: Booking) {
  return { bookingId: id, userId, vendorId, tripId, departureId, seats };
}
