import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = join(__dirname, '../..');
const readyLimitMs = 180_000;
const pollMs = 50;

/** What each prints once it is up. */
const READY = { api: 'Travellr is ready', worker: 'The Travellr worker is ready' };

/** The product in a process of its own, as `npm start` or `npm run start:worker` runs it. */
export class Product {
  private constructor(
    /** Of the API; of a worker, its health and metrics. */
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly lines: string[],
  ) {}

  /** Resolves once it is up. @throws Error with its output when it ends first, or takes minutes. */
  static async start(
    dataDir: string,
    settings: Readonly<Record<string, string>> = {},
    app: keyof typeof READY = 'api',
  ): Promise<Product> {
    const key = app === 'api' ? 'PORT' : 'WORKER_PORT';
    const port = settings[key] ?? String(await freePort());
    const child = spawn(process.execPath, ['scripts/start.mjs', app], {
      cwd: root,
      // Empty settings count as unset, and keep a developer's .env out.
      env: {
        PATH: process.env['PATH'],
        DATA_DIR: dataDir,
        DATABASE_URL: '',
        DATABASE_DIRECT_URL: '',
        NODE_ENV: 'development',
        RATE_LIMIT: 'off',
        ...settings,
        [key]: port,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => lines.push(String(chunk)));
    const product = new Product(`http://127.0.0.1:${port}`, child, lines);
    await product.ready(READY[app]);
    return product;
  }

  /** All that it has printed. */
  get output(): string {
    return this.lines.join('');
  }

  /** The processes that it has started and that are alive, by their ids. */
  get children(): number[] {
    const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' });
    return all
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, parent, state]) => Number(parent) === this.child.pid && !state?.startsWith('Z'))
      .map(([pid]) => Number(pid));
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Sends the signal and waits for the end. @returns the exit code; null when the signal itself ended it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.hasEnded()) return this.child.exitCode;
    const ended = once(this.child, 'close') as Promise<[number | null]>;
    this.child.kill(signal);
    return (await ended)[0];
  }

  private hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private async ready(line: string): Promise<void> {
    const deadline = Date.now() + readyLimitMs;
    while (!this.hasEnded() && Date.now() < deadline) {
      if (this.output.includes(line)) return;
      await sleep(pollMs);
    }
    await this.end('SIGKILL');
    throw new Error(`the product did not start:\n${this.output}`);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
