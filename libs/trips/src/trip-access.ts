import { InvalidRequest, ResourceNotFound, type Actor } from '@app/http';
import { Vendors } from '@app/vendors';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Patrons } from './patrons.js';
import { Trip } from './trip.entity.js';
import { VendorRequired } from './trip.errors.js';
import { TripViews } from './trip-views.js';
import type { TripView } from './trip.view.js';

/** Who may see and change a trip, and what hangs on it. */
@Injectable()
export class TripAccess {
  constructor(
    @InjectRepository(Trip) private readonly trips: Repository<Trip>,
    private readonly views: TripViews,
    private readonly vendors: Vendors,
    private readonly patrons: Patrons,
  ) {}

  /** A published trip is for everyone to see; any other, for its vendor's members, admins and whoever has booked it. @throws ResourceNotFound */
  async requireVisible(actor: Actor | undefined, id: string): Promise<TripView> {
    return this.visible(actor, await this.views.find(id), id);
  }

  /** @throws ResourceNotFound */
  async requireVisibleBySlug(actor: Actor | undefined, slug: string): Promise<TripView> {
    return this.visible(actor, await this.views.findBySlug(slug), slug);
  }

  /** @returns the trip, without its units, to whoever may act for its vendor. @throws ResourceNotFound to anyone else. */
  async requireOwned(actor: Actor, id: string): Promise<Trip> {
    const trip = await this.trips.findOneBy({ id });
    if (!trip || !(await this.vendors.mayActFor(actor, trip.vendorId)))
      throw new ResourceNotFound('trip', id);
    return trip;
  }

  /**
   * The vendor a new trip is for: the one stated, or else the only one the user acts for.
   * @throws ResourceNotFound, VendorRequired; InvalidRequest when it must be stated.
   */
  async vendorFor(actor: Actor, stated?: string): Promise<string> {
    if (stated) return (await this.vendors.requireMember(actor, stated)).id;
    const [only, ...others] = await this.vendors.vendorIdsOf(actor.id);
    if (!only) throw new VendorRequired();
    if (others.length > 0) {
      throw InvalidRequest.field('vendorId', 'must be stated, since you act for several vendors');
    }
    return only;
  }

  private async visible(actor: Actor | undefined, trip: TripView | undefined, id: string): Promise<TripView> {
    if (trip?.status === 'published') return trip;
    const isTheirs =
      trip &&
      actor &&
      ((await this.vendors.mayActFor(actor, trip.vendorId)) ||
        (await this.patrons.hasBooked(actor.id, trip.id)));
    if (!isTheirs) throw new ResourceNotFound('trip', id);
    return trip;
  }
}
