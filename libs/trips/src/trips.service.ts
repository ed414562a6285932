import { Transactor, type Tx } from '@app/database';
import { InvalidRequest, type Actor } from '@app/http';
import { Clock, newId, type FieldError } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { Not } from 'typeorm';
import { cancellationPolicy } from './cancellation-policy.js';
import { Departure } from './departures/departure.entity.js';
import { Departures } from './departures/departures.repository.js';
import { slugOf } from './slug.js';
import { TripAccess } from './trip-access.js';
import { TripListing } from './trip-listing.js';
import { TRIP_TRANSITIONS, type TripStatus } from './trip-status.js';
import { TripUnit } from './trip-unit.entity.js';
import { TripViews } from './trip-views.js';
import type { CreateTrip, UpdateTrip } from './trip.dto.js';
import { Trip } from './trip.entity.js';
import { TripArchived, TripInUse } from './trip.errors.js';
import type { TripView } from './trip.view.js';
import { priceFrom, unitFaults, type StatedUnit } from './unit-rules.js';

/** What vendors do with their trips. To a stranger, a trip that is not published does not exist. */
@Injectable()
export class Trips {
  constructor(
    private readonly access: TripAccess,
    private readonly views: TripViews,
    private readonly listing: TripListing,
    private readonly departures: Departures,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /** A draft. @throws ResourceNotFound, VendorRequired, InvalidRequest */
  async create(actor: Actor, { vendorId, units, ...details }: CreateTrip): Promise<TripView> {
    refuse([...unitFaults(units, details.currency), ...placeFaults(details)]);
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
      refuse([
        ...unitFaults(units ?? [], details.currency ?? trip.currency),
        ...placeFaults({ ...trip, ...details }),
      ]);
      await this.requireFree(trip, changes, tx);

      const now = this.clock.now();
      await tx.update(
        Trip,
        { id },
        {
          ...details,
          ...(policy !== undefined && { cancellationPolicy: cancellationPolicy(policy) }),
          ...(units && { priceFrom: priceFrom(units) }),
          updatedAt: now,
        },
      );
      if (units) await this.writeUnits(id, units, tx);
      await this.departures.retime({ ...trip, ...details }, now, tx);
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

  private async requireFree(trip: Trip, { currency, timeZone, units }: UpdateTrip, tx: Tx): Promise<void> {
    if (currency !== undefined && currency !== trip.currency) {
      if (!units) throw InvalidRequest.field('units', 'must come with a new currency, priced in it');
      if (await this.departures.anySold(trip.id, tx)) throw TripInUse.currency();
    }
    if (timeZone !== undefined && timeZone !== trip.timeZone) {
      if (await tx.existsBy(Departure, { tripId: trip.id, status: Not('cancelled') }))
        throw TripInUse.timeZone();
    }
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

function refuse(faults: FieldError[]): void {
  if (faults.length > 0) throw new InvalidRequest(faults);
}

function placeFaults({
  latitude,
  longitude,
}: {
  latitude?: number | null;
  longitude?: number | null;
}): FieldError[] {
  const isHalf = typeof latitude === 'number' ? typeof longitude !== 'number' : typeof longitude === 'number';
  return isHalf ? [{ field: 'latitude', message: 'must come with longitude, or neither' }] : [];
}
