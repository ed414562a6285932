import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Bookings1763800000005 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      CREATE TABLE bookings (
        id uuid PRIMARY KEY,
        reference text NOT NULL CONSTRAINT bookings_reference_key UNIQUE,
        user_id uuid NOT NULL CONSTRAINT bookings_user_fkey REFERENCES users,
        vendor_id uuid NOT NULL CONSTRAINT bookings_vendor_fkey REFERENCES vendors,
        trip_id uuid NOT NULL CONSTRAINT bookings_trip_fkey REFERENCES trips,
        departure_id uuid NOT NULL CONSTRAINT bookings_departure_fkey REFERENCES departures,
        status text NOT NULL CONSTRAINT bookings_status_check
          CHECK (status IN ('pending', 'confirmed', 'expired', 'cancelled', 'completed')),
        seats integer NOT NULL CONSTRAINT bookings_seats_check CHECK (seats >= 0),
        currency char(3) NOT NULL,
        total bigint NOT NULL CONSTRAINT bookings_total_check CHECK (total >= 0),
        paid bigint NOT NULL DEFAULT 0,
        refunded bigint NOT NULL DEFAULT 0,
        refund_committed bigint NOT NULL DEFAULT 0,
        commission_bps integer NOT NULL,
        policy_snapshot jsonb NOT NULL,
        contact jsonb,
        -- Copied from the departure, whose time is fixed once seats are taken: cancelling and completing need no join.
        starts_at timestamptz NOT NULL,
        ends_at timestamptz NOT NULL,
        hold_expires_at timestamptz,
        hold_extended boolean NOT NULL DEFAULT false,
        cancelled_at timestamptz,
        cancelled_by text CONSTRAINT bookings_cancelled_by_check CHECK (cancelled_by IN ('traveller', 'vendor', 'admin')),
        cancel_reason text,
        completed_at timestamptz,
        archived_at timestamptz,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT bookings_refunds_check CHECK (refunded >= 0 AND refunded <= refund_committed AND refund_committed <= paid)
      );
      CREATE INDEX bookings_user ON bookings (user_id, id);
      CREATE INDEX bookings_vendor ON bookings (vendor_id, id);
      CREATE INDEX bookings_trip ON bookings (trip_id, id);
      CREATE INDEX bookings_status ON bookings (status, id);
      CREATE INDEX bookings_departure ON bookings (departure_id, status);
      CREATE INDEX bookings_ending ON bookings (ends_at) WHERE status = 'confirmed';
      CREATE INDEX bookings_lapsing ON bookings (hold_expires_at) WHERE status = 'pending';

      CREATE TABLE booking_items (
        booking_id uuid NOT NULL CONSTRAINT booking_items_booking_fkey REFERENCES bookings ON DELETE CASCADE,
        unit_id uuid NOT NULL CONSTRAINT booking_items_unit_fkey REFERENCES trip_units,
        quantity integer NOT NULL CONSTRAINT booking_items_quantity_check CHECK (quantity > 0),
        unit_price bigint NOT NULL,
        amount bigint NOT NULL,
        PRIMARY KEY (booking_id, unit_id)
      );
      CREATE INDEX booking_items_unit ON booking_items (unit_id);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE booking_items, bookings');
  }
}
