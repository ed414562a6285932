import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What makes a booking one statement: whether its price is still the trip's is compared where its seats are taken (ADR 24). */
export class VersionsOfTrips1763800000016 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      -- Raised by every write of the trip or its units, whoever writes: by triggers, so that nobody can forget it.
      ALTER TABLE trips ADD COLUMN version integer NOT NULL DEFAULT 1;

      CREATE FUNCTION raise_trip_version() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.version := OLD.version + 1;
        RETURN NEW;
      END $$;
      CREATE TRIGGER trips_version BEFORE UPDATE ON trips FOR EACH ROW EXECUTE FUNCTION raise_trip_version();

      -- A unit that is new changes no price that was quoted before it.
      CREATE FUNCTION raise_trip_version_of_units() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE trips SET version = version WHERE id IN (SELECT trip_id FROM written);
        RETURN NULL;
      END $$;
      CREATE TRIGGER trip_units_updated AFTER UPDATE ON trip_units
        REFERENCING OLD TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION raise_trip_version_of_units();
      CREATE TRIGGER trip_units_deleted AFTER DELETE ON trip_units
        REFERENCING OLD TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION raise_trip_version_of_units();

      -- Whether a hold on this very departure has lapsed is asked by everyone who finds it sold out: one look, however many there are.
      DROP INDEX bookings_departure;
      CREATE INDEX bookings_departure ON bookings (departure_id, status, hold_expires_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      DROP INDEX bookings_departure;
      CREATE INDEX bookings_departure ON bookings (departure_id, status);
      DROP TRIGGER trip_units_deleted ON trip_units;
      DROP TRIGGER trip_units_updated ON trip_units;
      DROP TRIGGER trips_version ON trips;
      DROP FUNCTION raise_trip_version_of_units;
      DROP FUNCTION raise_trip_version;
      ALTER TABLE trips DROP COLUMN version;
    `);
  }
}
