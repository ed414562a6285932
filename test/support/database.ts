import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** Set by global-setup.ts for every Jest worker. */
export const adminUrlVariable = 'TEST_DATABASE_ADMIN_URL';
export const templateVariable = 'TEST_DATABASE_TEMPLATE';

export interface TestDatabase {
  readonly url: string;
  /** Drops it, with whatever is still connected. */
  drop(): Promise<void>;
}

/** A migrated, empty database of the caller's own, cloned from the template: some 50 ms. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return createFrom(process.env[templateVariable]!);
}

/** As a new installation finds it: nothing is there, not even a table. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return createFrom('template0');
}

async function createFrom(template: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administer(`CREATE DATABASE ${name} ENCODING 'UTF8' TEMPLATE ${template}`);
  return {
    url: withDatabase(adminUrl(), name),
    drop: async () => administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

export function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

/** Runs one statement on the server's own database. */
export async function administer(statement: string, url = adminUrl()): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function adminUrl(): string {
  const url = process.env[adminUrlVariable];
  if (!url) throw new Error('no test server: run the tests through Jest, whose global setup starts it');
  return url;
}
