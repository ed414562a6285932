import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openDatabase } from '../../dist/libs/database/src/index.js';

/**
 * A private PostgreSQL, the embedded one with the settings that the product gives it: every commit is flushed to disk. It notes when
 * each transaction committed, which costs next to nothing, so that one clock times both ends of what is measured.
 */
export class BenchServer {
  /** @param settings of PostgreSQL's own, on top of the product's. */
  static async start(settings = {}) {
    const dataDir = mkdtempSync(join(tmpdir(), 'travellr-bench-'));
    chmodSync(dataDir, 0o755); // the server may run as another user
    const server = new BenchServer(dataDir);
    await server.open();
    for (const [name, value] of Object.entries({ track_commit_timestamp: 'on', ...settings }))
      await server.administer(`ALTER SYSTEM SET ${name} = '${value}'`);
    await server.close();
    await server.open();
    return server;
  }

  /** By database. */
  pools = new Map();

  constructor(dataDir) {
    this.dataDir = dataDir;
  }

  /** @returns a database of its own: empty, or a copy of `template`, to which nothing may be connected. */
  async create(name, template = 'template0') {
    await this.pools.get(template)?.end();
    this.pools.delete(template);
    await this.administer(`CREATE DATABASE ${name} TEMPLATE ${template}`);
    const url = new URL(this.opened.url);
    url.pathname = `/${name}`;
    const pool = new pg.Pool({ connectionString: url.href, max: 2 });
    pool.on('error', () => undefined); // the server stops before its clients
    this.pools.set(name, pool);
    return {
      name,
      url: url.href,
      query: async (statement, values) => (await pool.query(statement, values)).rows,
    };
  }

  async administer(statement, values) {
    const client = new pg.Client({ connectionString: this.opened.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(statement, values)).rows;
    } finally {
      await client.end();
    }
  }

  async stop() {
    await Promise.all([...this.pools.values()].map((pool) => pool.end()));
    this.pools.clear();
    await this.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** Of the server's first process, the parent of all its others. */
  async pid() {
    const [{ data_directory: directory }] = await this.administer('SHOW data_directory');
    return Number.parseInt(readFileSync(join(directory, 'postmaster.pid'), 'utf8'), 10);
  }

  async open() {
    this.opened = await openDatabase({ dataDir: this.dataDir, database: {} }, () => undefined);
  }

  close() {
    return this.opened.close();
  }
}
