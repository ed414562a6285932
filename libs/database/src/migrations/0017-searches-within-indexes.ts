import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What searches among 100,000 trips and a million departures look through without reading rows (ADR 25). */
export class SearchesWithinIndexes1763800000017 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      -- Which trips are in a country, cost so much in a currency, or both, is answered by one index in each order.
      DROP INDEX trips_listed_country, trips_listed_currency_price;
      CREATE INDEX trips_listed_country ON trips (country, id, currency, price_from) WHERE listed;
      CREATE INDEX trips_listed_currency_price ON trips (currency, price_from, id, country) WHERE listed;

      -- For groups that few departures are large enough for. Not of the seats left: each booking would have to write it.
      CREATE INDEX departures_sellable_capacity ON departures (capacity) WHERE sellable AND status = 'scheduled';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      DROP INDEX departures_sellable_capacity, trips_listed_country, trips_listed_currency_price;
      CREATE INDEX trips_listed_country ON trips (country, id) WHERE listed;
      CREATE INDEX trips_listed_currency_price ON trips (currency, price_from, id) WHERE listed;
    `);
  }
}
