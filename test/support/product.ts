import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = join(__dirname, '../..');
const readyLimitMs = 30_000;
const pollMs = 50;

/** The product in a process of its own, as `npm start` runs it. */
export class Product {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly lines: string[],
  ) {}

  /** Resolves once it answers. @throws Error with its output when it ends first, or takes over 30 s. */
  static async start(dataDir: string, settings: Readonly<Record<string, string>> = {}): Promise<Product> {
    const port = await freePort();
    const child = spawn(process.execPath, ['scripts/start.mjs', 'api'], {
      cwd: root,
      // Empty settings count as unset, and keep a developer's .env out.
      env: {
        PATH: process.env['PATH'],
        DATA_DIR: dataDir,
        PORT: String(port),
        DATABASE_URL: '',
        DATABASE_DIRECT_URL: '',
        NODE_ENV: 'development',
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => lines.push(String(chunk)));
    const product = new Product(`http://127.0.0.1:${port}`, child, lines);
    await product.ready();
    return product;
  }

  /** All that it has printed. */
  get output(): string {
    return this.lines.join('');
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

  private async ready(): Promise<void> {
    const deadline = Date.now() + readyLimitMs;
    while (!this.hasEnded() && Date.now() < deadline) {
      const response = await fetch(`${this.url}/health/live`).catch(() => undefined);
      if (response?.ok) return;
      await sleep(pollMs);
    }
    await this.end('SIGKILL');
    throw new Error(`the product did not start:\n${this.output}`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
