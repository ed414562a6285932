import type { Actor } from '@app/http';
import { Departure, Schedule, Trip, Trips, type UnitType } from '@app/trips';
import { Vendor, Vendors } from '@app/vendors';
import { Backlog } from '@app/events';
import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Offer } from './catalogue/assortment.js';
import { UNIT_TRAITS, type Rhythm, type TripSketch, type VendorSketch } from './catalogue/sketch.js';
import { inTurn } from './in-turn.js';

/** How long the vendors plan ahead, in weeks from the day they start. */
const PLANNED_WEEKS = 20;
const DAY_MS = 86_400_000;

/** Fills the shelves: vendors, their trips and departures, each unless it is there already. */
export class Shelves {
  private readonly vendors: Vendors;
  private readonly trips: Trips;
  private readonly schedule: Schedule;
  private readonly dataSource: DataSource;

  constructor(
    private readonly app: INestApplicationContext,
    /** By the owner's e-mail address. */
    private readonly owners: ReadonlyMap<string, string>,
  ) {
    this.vendors = app.get(Vendors);
    this.trips = app.get(Trips);
    this.schedule = app.get(Schedule);
    this.dataSource = app.get(DataSource);
  }

  /** @param openedAt the first day on which anything departs is the one after. */
  async fill(offers: readonly Offer[], openedAt: Date, onTrip: () => void): Promise<void> {
    const vendorIds = new Map<VendorSketch, string>();
    for (const vendor of new Set(offers.map((offer) => offer.vendor))) {
      vendorIds.set(vendor, await this.moveIn(vendor));
    }
    await this.app.get(Backlog).clear();
    await inTurn(offers, async ({ vendor, trip }) => {
      await this.shelve(vendor, vendorIds.get(vendor) as string, trip, openedAt);
      onTrip();
    });
  }

  private async moveIn(sketch: VendorSketch): Promise<string> {
    const { businessName, phone, country, timeZone, currency } = sketch;
    const { id: ownerId } = this.ownerOf(sketch);
    const [known] = await this.vendors.vendorIdsOf(ownerId);
    const vendor = known
      ? await this.dataSource.manager.findOneByOrFail(Vendor, { id: known })
      : await this.vendors.register(ownerId, {
          businessName,
          phone,
          country,
          timeZone,
          defaultCurrency: currency,
        });
    if (sketch.isApproved && vendor.status === 'pending') await this.vendors.approve(vendor.id);
    return vendor.id;
  }

  private async shelve(
    vendor: VendorSketch,
    vendorId: string,
    sketch: TripSketch,
    openedAt: Date,
  ): Promise<void> {
    const owner = this.ownerOf(vendor);
    const known = await this.dataSource.manager.findOneBy(Trip, { vendorId, title: sketch.title });
    const { id, status } = known ?? (await this.trips.create(owner, toTrip(vendor, vendorId, sketch)));
    if (status === 'archived') return;
    if (sketch.status !== 'draft' && status === 'draft') await this.trips.publish(owner, id);
    if (!(await this.dataSource.manager.existsBy(Departure, { tripId: id }))) {
      await this.schedule.plan(owner, id, toPlan(sketch.departs, openedAt));
    }
    if (sketch.status === 'archived') await this.trips.archive(owner, id);
  }

  private ownerOf({ owner }: VendorSketch): Actor {
    return { id: this.owners.get(owner.email) as string, role: 'traveller' };
  }
}

function toTrip(vendor: VendorSketch, vendorId: string, sketch: TripSketch): Parameters<Trips['create']>[1] {
  const { currency, country } = vendor;
  return {
    vendorId,
    title: sketch.title,
    description: sketch.description,
    location: sketch.location,
    country,
    timeZone: sketch.timeZone ?? vendor.timeZone,
    latitude: sketch.latitude,
    longitude: sketch.longitude,
    durationMinutes: sketch.durationMinutes,
    currency,
    cancellationPolicy: sketch.cancellationPolicy,
    bookingCutoffMinutes: sketch.bookingCutoffMinutes,
    units: Object.entries(sketch.prices).map(([type, amount]) =>
      Object.assign({ type: type as UnitType, price: { amount, currency } }, UNIT_TRAITS[type as UnitType]),
    ),
  };
}

function toPlan({ at, days, seats }: Rhythm, openedAt: Date): Parameters<Schedule['plan']>[2] {
  const day = (offset: number) => new Date(openedAt.getTime() + offset * DAY_MS).toISOString().slice(0, 10);
  const until = day(PLANNED_WEEKS * 7).replaceAll('-', '');
  return {
    localStart: `${day(1)}T${at}:00`,
    capacity: seats,
    recurrence: `FREQ=WEEKLY;BYDAY=${days};UNTIL=${until}`,
  };
}
