import type { MigrationInterface, QueryRunner } from 'typeorm';

export class UsersAndSessions1763800000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(/* sql */ `
      CREATE EXTENSION IF NOT EXISTS citext;

      CREATE TABLE users (
        id uuid PRIMARY KEY,
        email citext NOT NULL CONSTRAINT users_email_key UNIQUE,
        password_hash text NOT NULL,
        name text NOT NULL,
        phone text,
        role text NOT NULL CONSTRAINT users_role_check CHECK (role IN ('traveller', 'admin')),
        is_active boolean NOT NULL DEFAULT true,
        -- Goes up whenever the user is signed out everywhere: access tokens carry it, and those of an older version are refused.
        token_version integer NOT NULL DEFAULT 1,
        email_verified_at timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
      );

      -- One row per refresh token. A family is one sign-in: its tokens replace each other, and a replaced one that comes back revokes them all.
      CREATE TABLE sessions (
        id uuid PRIMARY KEY,
        user_id uuid NOT NULL CONSTRAINT sessions_user_fkey REFERENCES users ON DELETE CASCADE,
        family uuid NOT NULL,
        refresh_token_hash text NOT NULL CONSTRAINT sessions_refresh_token_hash_key UNIQUE,
        expires_at timestamptz NOT NULL,
        revoked_at timestamptz,
        created_at timestamptz NOT NULL
      );
      CREATE INDEX sessions_family ON sessions (family);
      CREATE INDEX sessions_user ON sessions (user_id);
      CREATE INDEX sessions_expiry ON sessions (expires_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE sessions, users');
  }
}
