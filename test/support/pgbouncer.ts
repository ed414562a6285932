import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './product.js';
import { findProgram } from './programs.js';

/** Debian keeps it from ordinary users' PATH. */
export const pgbouncer = findProgram('pgbouncer', '/usr/sbin/pgbouncer');

/** PgBouncer in transaction mode before one server, on a port of its own. */
export class PgBouncer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
    private readonly port: number,
  ) {}

  /**
   * @param serverUrl of any database of the server; clients choose their own.
   * @param settings of PgBouncer's, beside those that every one here has.
   */
  static async start(
    serverUrl: string,
    settings: Readonly<Record<string, string | number>>,
  ): Promise<PgBouncer> {
    const port = await freePort();
    const directory = await mkdtemp(join(tmpdir(), 'travellr-pgbouncer-'));
    await chmod(directory, 0o755);
    const file = join(directory, 'pgbouncer.ini');
    await writeFile(file, configuration(new URL(serverUrl), { listen_port: port, ...settings }));
    // It refuses to run as root.
    const user = process.getuid?.() === 0 ? ['--user=nobody'] : [];
    const child = spawn(pgbouncer!, [...user, file], { stdio: ['ignore', 'ignore', 'pipe'] });
    const bouncer = new PgBouncer(child, directory, port);
    await bouncer.ready();
    return bouncer;
  }

  /** The same database through the pooler. */
  through(url: string): string {
    const changed = new URL(url);
    changed.host = `127.0.0.1:${this.port}`;
    return changed.href;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const ended = once(this.child, 'close');
      this.child.kill('SIGTERM');
      await ended;
    }
    await rm(this.directory, { recursive: true, force: true });
  }

  /** @throws Error with what it said when it ends instead. */
  private async ready(): Promise<void> {
    const said: string[] = [];
    for await (const line of createInterface({ input: this.child.stderr! })) {
      said.push(line);
      if (!line.includes('process up')) continue;
      this.child.stderr!.resume();
      return;
    }
    throw new Error(`PgBouncer did not start:\n${said.join('\n')}`);
  }
}

function configuration({ hostname, port, username, password }: URL, settings: object): string {
  const server = {
    host: hostname,
    port: port || 5432,
    user: username,
    password: decodeURIComponent(password),
  };
  const common = {
    listen_addr: '127.0.0.1',
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: 'transaction',
  };
  const pairs = (values: object, separator: string) =>
    Object.entries(values)
      .map(([name, value]) => `${name}=${value}`)
      .join(separator);
  return `[databases]\n* = ${pairs(server, ' ')}\n[pgbouncer]\n${pairs({ ...common, ...settings }, '\n')}\n`;
}
