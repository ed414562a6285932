import type { Config } from '@app/config';
import { Client } from 'pg';
import { startEmbeddedPostgres } from './embedded/embedded-postgres.js';

export interface OpenDatabase {
  readonly url: string;
  /** A connection past any pooler. */
  readonly directUrl: string;
  /** Call it after everything that holds a connection has closed. */
  close(): Promise<void>;
}

/** The database cannot be used. The message says why and what would be right, never a password. */
export class DatabaseUnusable extends Error {
  override readonly name = 'DatabaseUnusable';
}

const oldestMajor = 15;

/**
 * Makes sure that there is a database to talk to: the one of DATABASE_URL, else the embedded PostgreSQL.
 * @throws DatabaseUnusable when it does not answer or is older than PostgreSQL 15.
 */
export async function openDatabase(
  config: Pick<Config, 'dataDir' | 'database'>,
  log: (line: string) => void,
): Promise<OpenDatabase> {
  const { url, directUrl = url } = config.database;
  if (url && directUrl) {
    await checkServer(directUrl);
    return { url, directUrl, close: async () => undefined };
  }
  const embedded = await startEmbeddedPostgres({ dataDir: config.dataDir, log }).catch((cause: Error) => {
    throw new DatabaseUnusable(cause.message, { cause });
  });
  return { url: embedded.url, directUrl: embedded.url, close: async () => embedded.stop() };
}

async function checkServer(directUrl: string): Promise<void> {
  const { host } = new URL(directUrl);
  const client = new Client({ connectionString: directUrl, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version_num: string }>('SHOW server_version_num');
    const major = Math.floor(Number(rows[0]?.server_version_num) / 10_000);
    if (major < oldestMajor) {
      throw new DatabaseUnusable(
        `PostgreSQL ${oldestMajor} or newer is needed; ${host} runs PostgreSQL ${major}`,
      );
    }
  } catch (cause) {
    if (cause instanceof DatabaseUnusable) throw cause;
    throw new DatabaseUnusable(`PostgreSQL at ${host} does not let us in: ${reasonOf(cause)}`, { cause });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Node reports a refused connection to several addresses as one error without a message. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
