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
 * @throws DatabaseUnusable when it does not answer, is older than PostgreSQL 15, or is a pooler where the way should lead past it.
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
  const [client, other] = [clientOf(directUrl), clientOf(directUrl)];
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version_num: string }>('SHOW server_version_num');
    const major = Math.floor(Number(rows[0]?.server_version_num) / 10_000);
    if (major < oldestMajor) {
      throw new DatabaseUnusable(
        `PostgreSQL ${oldestMajor} or newer is needed; ${host} runs PostgreSQL ${major}`,
      );
    }
    await other.connect();
    if ((await backendOf(client)) === (await backendOf(other))) {
      throw new DatabaseUnusable(
        `${host} is a pooler in transaction mode: set DATABASE_DIRECT_URL to a URL that leads past it, for migrations, LISTEN and jobs`,
      );
    }
  } catch (cause) {
    if (cause instanceof DatabaseUnusable) throw cause;
    throw new DatabaseUnusable(`PostgreSQL at ${host} does not let us in: ${reasonOf(cause)}`, { cause });
  } finally {
    await Promise.all([client, other].map((each) => each.end().catch(() => undefined)));
  }
}

function clientOf(connectionString: string): Client {
  const client = new Client({ connectionString, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  return client;
}

/**
 * The server's process behind a connection. Two connections that are open at once share one only where a pooler hands it round between
 * transactions, and with it the locks and LISTENs that are meant to last.
 */
async function backendOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? NaN;
}

/** Node reports a refused connection to several addresses as one error without a message. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
