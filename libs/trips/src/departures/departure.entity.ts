import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Trip } from '../trip.entity.js';
import type { DepartureStatus } from './departure-status.js';

/** One time that a trip takes place, and its seats. */
@Entity('departures')
@Index('departures_trip_start', ['tripId', 'startsAt'], { unique: true, where: `status <> 'cancelled'` })
@Index('departures_trip', ['tripId', 'id'])
@Index('departures_sellable', ['startsAt', 'tripId'], { where: `sellable AND status = 'scheduled'` })
@Index('departures_sellable_capacity', ['capacity'], { where: `sellable AND status = 'scheduled'` })
@Index('departures_ending', ['endsAt'], { where: `status IN ('scheduled', 'closed')` })
@Check('departures_status_check', `status IN ('scheduled', 'closed', 'cancelled', 'done')`)
@Check('departures_local_start_check', `local_start ~ '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d$'`)
@Check(
  'departures_seats_check',
  'seats_held >= 0 AND seats_booked >= 0 AND seats_held + seats_booked <= capacity',
)
export class Departure {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'departures_pkey' })
  id: string;

  @ForeignKey(() => Trip, { name: 'departures_trip_fkey' })
  @Column('uuid', { name: 'trip_id' })
  tripId: string;

  /** The wall clock in the trip's zone, ISO 8601 without an offset: `2027-01-10T09:00:00`. */
  @Column('text', { name: 'local_start' })
  localStart: string;

  @Column('timestamptz', { name: 'starts_at' })
  startsAt: Date;

  @Column('timestamptz', { name: 'ends_at' })
  endsAt: Date;

  /** The end of its sale. */
  @Column('timestamptz', { name: 'cutoff_at' })
  cutoffAt: Date;

  @Column('integer')
  capacity: number;

  /** Seats of pending bookings. This and the next are moved by the statements of `Departures` alone. */
  @Column('integer', { name: 'seats_held', default: 0 })
  seatsHeld: number;

  /** Seats of confirmed and completed bookings. */
  @Column('integer', { name: 'seats_booked', default: 0 })
  seatsBooked: number;

  /** The trip is listed. Written by `TripListing` alone. */
  @Column('boolean')
  sellable: boolean;

  @Column('text')
  status: DepartureStatus;

  @Column('text', { name: 'cancel_reason', nullable: true })
  cancelReason: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
