import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each secret of a webhook endpoint goes on signing for a day after the next one, however many follow within that day (ADR 19). */
export class SecretsSignOnForADay1763800000019 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      -- [{ secret, expiresAt }], the newest first. previous_secret_expires_at is that of the first.
      ALTER TABLE webhook_endpoints ADD COLUMN previous_secrets jsonb;
      UPDATE webhook_endpoints SET previous_secrets = CASE
        WHEN previous_secret IS NULL THEN '[]'
        ELSE jsonb_build_array(jsonb_build_object('secret', previous_secret, 'expiresAt', previous_secret_expires_at))
      END;
      DROP INDEX webhook_endpoints_previous;
      ALTER TABLE webhook_endpoints
        DROP CONSTRAINT webhook_endpoints_previous_check,
        DROP COLUMN previous_secret,
        ALTER COLUMN previous_secrets SET NOT NULL,
        ADD CONSTRAINT webhook_endpoints_previous_check
          CHECK ((previous_secrets = '[]') = (previous_secret_expires_at IS NULL));
      CREATE INDEX webhook_endpoints_previous ON webhook_endpoints (previous_secret_expires_at)
        WHERE previous_secret_expires_at IS NOT NULL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      DROP INDEX webhook_endpoints_previous;
      ALTER TABLE webhook_endpoints DROP CONSTRAINT webhook_endpoints_previous_check, ADD COLUMN previous_secret text;
      UPDATE webhook_endpoints SET previous_secret = previous_secrets -> 0 ->> 'secret';
      ALTER TABLE webhook_endpoints
        DROP COLUMN previous_secrets,
        ADD CONSTRAINT webhook_endpoints_previous_check
          CHECK (num_nulls(previous_secret, previous_secret_expires_at) IN (0, 2));
      CREATE INDEX webhook_endpoints_previous ON webhook_endpoints (previous_secret_expires_at)
        WHERE previous_secret IS NOT NULL;
    `);
  }
}
