import { Injectable } from '@nestjs/common';
import { ResourceNotFound, type Actor } from '@app/http';
import { Vendors } from '@app/vendors';
import type { Booking } from './booking.entity.js';
import type { CancellingParty } from './cancellation.js';

type Parties = Pick<Booking, 'userId' | 'vendorId'>;

/** Who may see and act on a booking: its traveller, the members of its vendor, and admins. To all others it does not exist. */
@Injectable()
export class BookingAccess {
  constructor(private readonly vendors: Vendors) {}

  /** In which capacity the actor acts on this booking. @throws ResourceNotFound for strangers, and for a booking that is not there. */
  async partyOf(actor: Actor, booking: Parties | null | undefined, id: string): Promise<CancellingParty> {
    if (booking?.userId === actor.id) return 'traveller';
    if (booking && actor.role === 'admin') return 'admin';
    if (booking && (await this.vendors.membership(actor.id, booking.vendorId))) return 'vendor';
    throw new ResourceNotFound('booking', id);
  }
}
