import {
  Check,
  Column,
  Entity,
  ForeignKey,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  type Relation,
} from 'typeorm';
import { bigintColumn } from '@app/database';
import { TripUnit } from '@app/trips';
import { Booking } from './booking.entity.js';

/** One kind of unit in a booking, at the price it had when it was booked. Amounts are minor units of the booking's currency. */
@Entity('booking_items')
@Index('booking_items_unit', ['unitId'])
@Check('booking_items_quantity_check', 'quantity > 0')
export class BookingItem {
  @PrimaryColumn('uuid', { name: 'booking_id', primaryKeyConstraintName: 'booking_items_pkey' })
  bookingId: string;

  @ManyToOne(() => Booking, (booking) => booking.items, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'booking_id', foreignKeyConstraintName: 'booking_items_booking_fkey' })
  booking?: Relation<Booking>;

  @PrimaryColumn('uuid', { name: 'unit_id', primaryKeyConstraintName: 'booking_items_pkey' })
  @ForeignKey(() => TripUnit, { name: 'booking_items_unit_fkey' })
  unitId: string;

  @Column('integer')
  quantity: number;

  @Column('bigint', { name: 'unit_price', transformer: bigintColumn })
  unitPrice: number;

  @Column('bigint', { transformer: bigintColumn })
  amount: number;
}
