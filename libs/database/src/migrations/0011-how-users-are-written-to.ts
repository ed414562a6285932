import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Language, time zone, and whether they want to be reminded. */
export class HowUsersAreWrittenTo1763800000011 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      ALTER TABLE users
        ADD COLUMN locale text NOT NULL DEFAULT 'en', -- BCP 47
        ADD COLUMN time_zone text, -- IANA; null: the platform's
        ADD COLUMN reminders boolean NOT NULL DEFAULT true;
      -- Whose traces elsewhere are to go.
      CREATE INDEX users_deleted ON users (id) WHERE password_hash = '';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'DROP INDEX users_deleted; ALTER TABLE users DROP COLUMN locale, DROP COLUMN time_zone, DROP COLUMN reminders',
    );
  }
}
