import type { Tx } from '@app/database';
import { VendorApproved, VendorSuspended, type Delivered, type DomainEventHandler } from '@app/events';
import { EventsHandler } from '@nestjs/cqrs';
import { TripListing } from './trip-listing.js';

/** An approved vendor's published trips are found and sell; a suspended one's do not. */
@EventsHandler(VendorApproved, VendorSuspended)
export class ListTripsOfVendor implements DomainEventHandler<VendorApproved | VendorSuspended> {
  constructor(private readonly listing: TripListing) {}

  handle({ payload }: Delivered<VendorApproved | VendorSuspended>, tx: Tx): Promise<void> {
    return this.listing.refreshVendor(payload.vendorId, tx);
  }
}
