/** Who has booked a trip. Implemented by the bookings module, which this one must not know. */
export abstract class Patrons {
  /** Whether the user has ever booked the trip, whatever became of the booking. */
  abstract hasBooked(userId: string, tripId: string): Promise<boolean>;
}
