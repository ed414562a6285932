import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';

describe('the embedded PostgreSQL', () => {
  let dataDir: string;
  const started: EmbeddedPostgres[] = [];

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'travellr-embedded-'));
    chmodSync(dataDir, 0o755);
  });

  afterEach(async () => {
    for (const postgres of started.splice(0)) await postgres.stop().catch(() => undefined);
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function start(log: (line: string) => void = () => undefined): Promise<EmbeddedPostgres> {
    const postgres = await startEmbeddedPostgres({ dataDir, log });
    started.push(postgres);
    return postgres;
  }

  const pidFile = (): string => join(dataDir, 'postgres/data/postmaster.pid');

  it('keeps its data over a stop, durably and behind a password', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS n');
    await first.stop();
    expect(existsSync(pidFile())).toBe(false);

    const second = await start();

    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
    expect(await query(second.url, settingsQuery)).toEqual([
      { name: 'data_checksums', setting: 'on' },
      { name: 'fsync', setting: 'on' },
      { name: 'listen_addresses', setting: '127.0.0.1' },
      { name: 'server_encoding', setting: 'UTF8' },
      { name: 'unix_socket_directories', setting: '' },
    ]);
    expect(statSync(join(dataDir, 'postgres/password')).mode & 0o777).toBe(0o600);
    await expect(query(second.url.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1')).rejects.toThrow('password');
  });

  it('is created and started once by several at once, and stopped by the last to leave', async () => {
    const all = await Promise.all([start(), start(), start()]);

    expect(new Set(all.map(({ url }) => url)).size).toBe(1);
    await all[0]!.stop();
    await all[1]!.stop();
    expect(await query(all[2]!.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await all[2]!.stop();
    expect(existsSync(pidFile())).toBe(false);
  });

  it('keeps running while a client that is not ours is connected', async () => {
    const postgres = await start();
    const client = new Client({ connectionString: postgres.url });
    await client.connect();

    await postgres.stop();

    expect((await client.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
    await client.end();
    const lines: string[] = [];
    await start((line) => lines.push(line));
    expect(lines.join()).toContain('was running');
  });

  it('starts although its pid file names another program', async () => {
    const first = await start();
    const written = readFileSync(pidFile(), 'utf8');
    await first.stop();
    writeFileSync(pidFile(), written.replace(/^\d+/, String(process.pid)));

    const second = await start();

    expect(await query(second.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  it('is not held up by a creation that was killed half way', async () => {
    execFileSync('mkdir', ['-p', join(dataDir, 'postgres.new-killed/data')]);

    expect(await query((await start()).url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });
});

const settingsQuery = `
  SELECT name, setting FROM pg_settings WHERE name IN
    ('fsync', 'data_checksums', 'server_encoding', 'listen_addresses', 'unix_socket_directories')
  ORDER BY name`;

async function query(connectionString: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
