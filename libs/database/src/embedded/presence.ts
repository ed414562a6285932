import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { superuser, type Cluster } from './cluster.js';
import { urlOf } from './server.js';

/** An arbitrary number, the same in every version of Travellr. */
const lockKey = 7_247_001;
const applicationName = 'travellr embedded';
const farewellLimitMs = 2_000;

/**
 * One process's stake in a running cluster: a connection holding a shared advisory lock for as long as the process
 * lives. Whoever can take that lock exclusively is alone, and no other can join until it lets go or the server is gone.
 */
export class Presence {
  private lost = false;

  private constructor(private readonly client: Client) {}

  /** @throws Error when the server does not answer, shuts down meanwhile, or is that of another cluster. */
  static async join(cluster: Cluster, port: number): Promise<Presence> {
    const client = new Client({
      connectionString: urlOf(cluster, port, superuser),
      application_name: applicationName,
      connectionTimeoutMillis: 10_000,
    });
    const presence = new Presence(client);
    client.on('error', () => (presence.lost = true));
    try {
      await client.connect();
      const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
      if (rows[0]?.data_directory !== cluster.dataDirectory) {
        throw new Error(`port ${port} is answered by another PostgreSQL than that of ${cluster.directory}`);
      }
      await client.query('SELECT pg_advisory_lock_shared($1)', [lockKey]);
      return presence;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  /** Creates the database unless it exists. */
  async ensureDatabase(name: string): Promise<void> {
    const { rowCount } = await this.client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount) return;
    await this.client.query(`CREATE DATABASE ${name}`).catch((error: { code?: string }) => {
      const madeMeanwhile = error.code === '42P04' || error.code === '23505';
      if (!madeMeanwhile) throw error;
    });
  }

  /** Calls `stopServer` if nobody else is connected, and leaves. @returns whether the server is down. */
  async leave(stopServer: () => Promise<void>): Promise<boolean> {
    try {
      if (this.lost) return true;
      const last = await this.isLast();
      if (last) await stopServer();
      return last;
    } finally {
      await this.client.end().catch(() => undefined);
    }
  }

  private async isLast(): Promise<boolean> {
    await this.client.query('SELECT pg_advisory_unlock_shared($1)', [lockKey]);
    const { rows } = await this.client.query<{ alone: boolean }>('SELECT pg_try_advisory_lock($1) AS alone', [
      lockKey,
    ]);
    if (!rows[0]?.alone) return false;
    // This process's own pool has only just closed its sockets: PostgreSQL takes a moment to notice.
    const deadline = Date.now() + farewellLimitMs;
    do {
      const { rows: others } = await this.client.query<{ application_name: string }>(
        `SELECT application_name FROM pg_stat_activity
         WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
      );
      if (others.length === 0) return true;
      if (others.some(({ application_name }) => application_name === applicationName)) return false; // one is joining
      await sleep(20);
    } while (Date.now() < deadline);
    return false;
  }
}
