import type { Tx } from '@app/database';

/** Whether a payment of a booking is under way. Implemented by the payments module, which depends on this one. */
export abstract class OpenPayments {
  /** @param tx holds the booking's lock, without which no payment begins. */
  abstract isOpen(bookingId: string, tx: Tx): Promise<boolean>;
}
