import { bigintColumn } from '@app/database';
import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, Unique, type Relation } from 'typeorm';
import { Trip } from './trip.entity.js';

/** In the order in which a trip lists them. */
export const UNIT_TYPES = ['adult', 'youth', 'child', 'infant', 'senior', 'student', 'family'] as const;
export type UnitType = (typeof UNIT_TYPES)[number];

/** A kind of place on a trip, with its price: an adult, a child, a family. */
@Entity('trip_units')
@Unique('trip_units_type_key', ['tripId', 'type'])
@Check(
  'trip_units_type_check',
  `type IN ('adult', 'youth', 'child', 'infant', 'senior', 'student', 'family')`,
)
@Check('trip_units_price_check', 'price >= 0')
@Check('trip_units_pax_check', 'pax_count >= 0')
export class TripUnit {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'trip_units_pkey' })
  id: string;

  @Column('uuid', { name: 'trip_id' })
  tripId: string;

  @ManyToOne(() => Trip, (trip) => trip.units, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'trip_id', foreignKeyConstraintName: 'trip_units_trip_fkey' })
  trip: Relation<Trip>;

  @Column('text')
  type: UnitType;

  /** Minor units of the trip's currency. */
  @Column('bigint', { transformer: bigintColumn })
  price: number;

  /** The seats one of it takes: 4 for a family of four, 0 for an infant on a lap. */
  @Column('integer', { name: 'pax_count' })
  paxCount: number;

  @Column('smallint', { name: 'min_age', nullable: true })
  minAge: number | null;

  @Column('smallint', { name: 'max_age', nullable: true })
  maxAge: number | null;

  /** The least and the most of it in one booking. */
  @Column('integer', { name: 'min_quantity', nullable: true })
  minQuantity: number | null;

  @Column('integer', { name: 'max_quantity', nullable: true })
  maxQuantity: number | null;

  /** False once the vendor has withdrawn it; bookings made of it keep their row. */
  @Column('boolean', { name: 'on_sale', default: true })
  onSale: boolean;
}
