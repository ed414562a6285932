import { Transactor, type Tx } from '@app/database';
import type { Actor } from '@app/http';
import { Clock, newId } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { cancellationPolicy } from './cancellation-policy.js';
import { slugOf } from './slug.js';
import { TripAccess } from './trip-access.js';
import { TripListing } from './trip-listing.js';
import { TRIP_TRANSITIONS, type TripStatus } from './trip-status.js';
import { TripTerms } from './trip-terms.js';
import { TripUnit } from './trip-unit.entity.js';
import { TripViews } from './trip-views.js';
import type { CreateTrip, UpdateTrip } from './trip.dto.js';
import { Trip } from './trip.entity.js';
import { TripArchived } from './trip.errors.js';
import type { TripView } from './trip.view.js';
import { priceFrom, type StatedUnit } from './unit-rules.js';

/** What vendors do with their trips. To a stranger, a trip that is not published does not exist. */
@Injectable()
export class Trips {
  constructor(
    private readonly access: TripAccess,
    private readonly views: TripViews,
    private readonly listing: TripListing,
    private readonly terms: TripTerms,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /** A draft. @throws ResourceNotFound, VendorRequired, InvalidRequest */
  async create(actor: Actor, draft: CreateTrip): Promise<TripView> {
    this.terms.requireSound(draft);
    const { vendorId, units, ...details } = draft;
    const now = this.clock.now();
    const trip: Partial<Trip> & { id: string } = {
      ...details,
      id: newId(),
      vendorId: await this.access.vendorFor(actor, vendorId),
      slug: slugOf(details.title),
      cancellationPolicy: cancellationPolicy(details.cancellationPolicy),
      priceFrom: priceFrom(units),
      status: 'draft',
      createdAt: now,
      updatedAt: now,
    };
    await this.transactor.run(async (tx) => {
      await tx.insert(Trip, trip);
      await this.writeUnits(trip.id, units, tx);
    });
    return this.access.requireVisible(actor, trip.id);
  }

  /** @throws ResourceNotFound, InvalidRequest, TripArchived; TripInUse when departures stand on what would change. */
  async update(actor: Actor, id: string, changes: UpdateTrip): Promise<TripView> {
    await this.access.requireOwned(actor, id);
    await this.change(id, async (trip, tx) => {
      if (trip.status === 'archived') throw new TripArchived();
      const { units, cancellationPolicy: policy, ...details } = changes;
      await this.terms.change(trip, changes, tx);
      await tx.update(
        Trip,
        { id },
        {
          ...details,
          ...(policy !== undefined && { cancellationPolicy: cancellationPolicy(policy) }),
          ...(units && { priceFrom: priceFrom(units) }),
          updatedAt: this.clock.now(),
        },
      );
      if (units) await this.writeUnits(id, units, tx);
    });
    return this.access.requireVisible(actor, id);
  }

  /** Search finds it, and it sells, as soon as the vendor is approved too. @throws ResourceNotFound, TripArchived */
  publish(actor: Actor, id: string): Promise<TripView> {
    return this.move(actor, id, 'published');
  }

  /** Nothing new of it sells; its bookings stand. @throws ResourceNotFound */
  async archive(actor: Actor, id: string): Promise<void> {
    await this.move(actor, id, 'archived');
  }

  private async move(actor: Actor, id: string, to: TripStatus): Promise<TripView> {
    await this.access.requireOwned(actor, id);
    await this.change(id, async (trip, tx) => {
      if (trip.status === to) return;
      if (!TRIP_TRANSITIONS[trip.status].includes(to)) throw new TripArchived();
      await tx.update(Trip, { id }, { status: to, updatedAt: this.clock.now() });
      await this.listing.refreshTrip(id, tx);
    });
    return this.access.requireVisible(actor, id);
  }

  /** Locks the trip against other changes and new departures, yet not against bookings, which refer to it (FOR KEY SHARE). */
  private async change(id: string, work: (trip: Trip, tx: Tx) => Promise<void>): Promise<void> {
    await this.transactor.run(async (tx) => {
      const trip = await tx.findOneOrFail(Trip, { where: { id }, lock: { mode: 'for_no_key_update' } });
      await work(trip, tx);
      this.views.forget([id], tx);
    });
  }

  /** One row for each type there ever was: those left out are no longer on sale. */
  private async writeUnits(tripId: string, units: readonly StatedUnit[], tx: Tx): Promise<void> {
    const before = await tx.findBy(TripUnit, { tripId });
    const idOf = new Map(before.map((unit) => [unit.type, unit.id]));
    await tx.update(TripUnit, { tripId }, { onSale: false });
    const rows = units.map((unit) => ({
      id: idOf.get(unit.type) ?? newId(),
      tripId,
      type: unit.type,
      price: unit.price.amount,
      paxCount: unit.paxCount ?? 1,
      minAge: unit.minAge ?? null,
      maxAge: unit.maxAge ?? null,
      minQuantity: unit.minQuantity ?? null,
      maxQuantity: unit.maxQuantity ?? null,
      onSale: true,
    }));
    await tx.upsert(TripUnit, rows, ['id']);
  }
}
