import type { MigrationInterface, QueryRunner } from 'typeorm';

export class VendorsTripsDepartures1763800000004 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      CREATE TABLE vendors (
        id uuid PRIMARY KEY,
        business_name text NOT NULL,
        phone text NOT NULL,
        country char(2) NOT NULL,
        time_zone text NOT NULL,
        default_currency char(3) NOT NULL,
        tax_id text,
        status text NOT NULL CONSTRAINT vendors_status_check
          CHECK (status IN ('pending', 'approved', 'rejected', 'suspended')),
        status_reason text,
        commission_bps integer NOT NULL CONSTRAINT vendors_commission_check CHECK (commission_bps BETWEEN 0 AND 10000),
        payout_schedule text NOT NULL CONSTRAINT vendors_payout_schedule_check
          CHECK (payout_schedule IN ('weekly', 'monthly')),
        payout_minimum bigint NOT NULL,
        payout_account_id text,
        payouts_enabled boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
      );
      CREATE INDEX vendors_status ON vendors (status, id);

      CREATE TABLE vendor_members (
        vendor_id uuid NOT NULL CONSTRAINT vendor_members_vendor_fkey REFERENCES vendors,
        user_id uuid NOT NULL CONSTRAINT vendor_members_user_fkey REFERENCES users,
        role text NOT NULL CONSTRAINT vendor_members_role_check CHECK (role IN ('owner', 'manager')),
        created_at timestamptz NOT NULL,
        PRIMARY KEY (vendor_id, user_id)
      );
      CREATE INDEX vendor_members_user ON vendor_members (user_id);

      -- listed: published, and the vendor approved. Rewritten where either changes, so that search needs no join.
      CREATE TABLE trips (
        id uuid PRIMARY KEY,
        vendor_id uuid NOT NULL CONSTRAINT trips_vendor_fkey REFERENCES vendors,
        slug text NOT NULL CONSTRAINT trips_slug_key UNIQUE,
        title text NOT NULL,
        description text NOT NULL,
        location text NOT NULL,
        country char(2) NOT NULL,
        latitude double precision,
        longitude double precision,
        time_zone text NOT NULL,
        duration_minutes integer NOT NULL,
        currency char(3) NOT NULL,
        status text NOT NULL CONSTRAINT trips_status_check CHECK (status IN ('draft', 'published', 'archived')),
        booking_cutoff_minutes integer NOT NULL,
        cancellation_policy jsonb NOT NULL,
        price_from bigint NOT NULL,
        listed boolean NOT NULL DEFAULT false,
        search tsvector NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
      );
      CREATE INDEX trips_vendor ON trips (vendor_id, id);
      CREATE INDEX trips_listed_newest ON trips (id) WHERE listed;
      CREATE INDEX trips_listed_price ON trips (price_from, id) WHERE listed;
      CREATE INDEX trips_listed_currency_price ON trips (currency, price_from, id) WHERE listed;
      CREATE INDEX trips_listed_country ON trips (country, id) WHERE listed;
      CREATE INDEX trips_listed_search ON trips USING gin (search) WHERE listed;

      CREATE FUNCTION write_trip_search() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.search := setweight(to_tsvector('english', NEW.title), 'A')
          || setweight(to_tsvector('english', NEW.location), 'B')
          || setweight(to_tsvector('english', NEW.description), 'C');
        RETURN NEW;
      END $$;
      CREATE TRIGGER trips_search BEFORE INSERT OR UPDATE OF title, location, description ON trips
        FOR EACH ROW EXECUTE FUNCTION write_trip_search();

      CREATE TABLE trip_units (
        id uuid PRIMARY KEY,
        trip_id uuid NOT NULL CONSTRAINT trip_units_trip_fkey REFERENCES trips ON DELETE CASCADE,
        type text NOT NULL CONSTRAINT trip_units_type_check
          CHECK (type IN ('adult', 'youth', 'child', 'infant', 'senior', 'student', 'family')),
        price bigint NOT NULL CONSTRAINT trip_units_price_check CHECK (price >= 0),
        pax_count integer NOT NULL CONSTRAINT trip_units_pax_check CHECK (pax_count >= 0),
        min_age smallint,
        max_age smallint,
        min_quantity integer,
        max_quantity integer,
        -- False once the vendor has withdrawn it: the bookings made of it keep their row.
        on_sale boolean NOT NULL DEFAULT true,
        CONSTRAINT trip_units_type_key UNIQUE (trip_id, type)
      );

      -- sellable: the trip is listed. The check is the last word on overselling, whatever the code above it does.
      CREATE TABLE departures (
        id uuid PRIMARY KEY,
        trip_id uuid NOT NULL CONSTRAINT departures_trip_fkey REFERENCES trips,
        -- The wall clock in the trip's zone, e.g. 2027-01-10T09:00:00. Text, since drivers make a timestamp an instant in a zone of their own.
        local_start text NOT NULL CONSTRAINT departures_local_start_check
          CHECK (local_start ~ '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d$'),
        starts_at timestamptz NOT NULL,
        ends_at timestamptz NOT NULL,
        cutoff_at timestamptz NOT NULL,
        capacity integer NOT NULL,
        seats_held integer NOT NULL DEFAULT 0,
        seats_booked integer NOT NULL DEFAULT 0,
        sellable boolean NOT NULL,
        status text NOT NULL CONSTRAINT departures_status_check
          CHECK (status IN ('scheduled', 'closed', 'cancelled', 'done')),
        cancel_reason text,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT departures_seats_check
          CHECK (seats_held >= 0 AND seats_booked >= 0 AND seats_held + seats_booked <= capacity)
      );
      CREATE UNIQUE INDEX departures_trip_start ON departures (trip_id, starts_at) WHERE status <> 'cancelled';
      CREATE INDEX departures_trip ON departures (trip_id, id);
      CREATE INDEX departures_sellable ON departures (starts_at, trip_id) WHERE sellable AND status = 'scheduled';
      CREATE INDEX departures_ending ON departures (ends_at) WHERE status IN ('scheduled', 'closed');
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      DROP TABLE departures, trip_units, trips, vendor_members, vendors;
      DROP FUNCTION write_trip_search;
    `);
  }
}
