import { Logger, runMigrations as migrateJobQueue } from 'graphile-worker';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { migrations } from './migrations/index.js';

/** An arbitrary number, the same in every version of Travellr. */
const lockKey = 7_247_002;

const silent = new Logger(() => () => undefined);

/**
 * Brings the schema and graphile-worker's own up to date, each migration in a transaction of its own. Of several processes that start at once
 * one migrates and the others wait: the advisory lock belongs to a session, so `directUrl` must not lead to a pooler.
 * @returns the names of the migrations that ran here.
 */
export async function migrate(directUrl: string): Promise<string[]> {
  const lock = new Client({ connectionString: directUrl, application_name: 'travellr migrate' });
  await lock.connect();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [lockKey]);
    await migrateJobQueue({ connectionString: directUrl, maxPoolSize: 2, logger: silent });
    return await runMigrations(directUrl);
  } finally {
    await lock.end();
  }
}

async function runMigrations(url: string): Promise<string[]> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    applicationName: 'travellr migrate',
    poolSize: 1,
    migrations,
    installExtensions: false,
  });
  await dataSource.initialize();
  try {
    const ran = await dataSource.runMigrations({ transaction: 'each' });
    return ran.map(({ name }) => name);
  } finally {
    await dataSource.destroy();
  }
}
