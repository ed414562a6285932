import { bigintColumn } from '@app/database';
import { Vendor } from '@app/vendors';
import {
  Check,
  Column,
  Entity,
  ForeignKey,
  Index,
  OneToMany,
  PrimaryColumn,
  Unique,
  type Relation,
} from 'typeorm';
import type { CancellationPolicy } from './cancellation-policy.js';
import type { TripStatus } from './trip-status.js';
import { TripUnit } from './trip-unit.entity.js';

/** What a vendor offers, again and again: each time is a departure. */
@Entity('trips')
@Index('trips_vendor', ['vendorId', 'id'])
@Index('trips_listed_newest', ['id'], { where: 'listed' })
@Index('trips_listed_price', ['priceFrom', 'id'], { where: 'listed' })
@Index('trips_listed_currency_price', ['currency', 'priceFrom', 'id', 'country'], { where: 'listed' })
@Index('trips_listed_country', ['country', 'id', 'currency', 'priceFrom'], { where: 'listed' })
@Index('trips_listed_search', { synchronize: false })
@Unique('trips_slug_key', ['slug'])
@Check('trips_status_check', `status IN ('draft', 'published', 'archived')`)
export class Trip {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'trips_pkey' })
  id: string;

  @ForeignKey(() => Vendor, { name: 'trips_vendor_fkey' })
  @Column('uuid', { name: 'vendor_id' })
  vendorId: string;

  @Column('text')
  slug: string;

  @Column('text')
  title: string;

  @Column('text')
  description: string;

  /** Where it takes place, in words. */
  @Column('text')
  location: string;

  /** ISO 3166-1 alpha-2. */
  @Column('char', { length: 2 })
  country: string;

  @Column('double precision', { nullable: true })
  latitude: number | null;

  @Column('double precision', { nullable: true })
  longitude: number | null;

  /** IANA; the zone of its departures' local times. */
  @Column('text', { name: 'time_zone' })
  timeZone: string;

  @Column('integer', { name: 'duration_minutes' })
  durationMinutes: number;

  @Column('char', { length: 3 })
  currency: string;

  @Column('text')
  status: TripStatus;

  /** How long before the start the sale ends. */
  @Column('integer', { name: 'booking_cutoff_minutes' })
  bookingCutoffMinutes: number;

  @Column('jsonb', { name: 'cancellation_policy' })
  cancellationPolicy: CancellationPolicy;

  /** Minor units: what search filters and sorts by. */
  @Column('bigint', { name: 'price_from', transformer: bigintColumn })
  priceFrom: number;

  /** Published, and the vendor approved. Written by `TripListing` alone. */
  @Column('boolean', { default: false })
  listed: boolean;

  /** Written by a trigger, from the title, the location and the description. */
  @Column({ type: 'tsvector', select: false, insert: false, update: false })
  search: never;

  /** Raised by triggers, whenever the trip or one of its units is written. */
  @Column({ type: 'integer', default: 1, insert: false, update: false })
  version: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;

  @OneToMany(() => TripUnit, (unit) => unit.trip)
  units: Relation<TripUnit>[];
}
