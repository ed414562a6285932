import { createClient } from '@redis/client';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './product.js';
import { findProgram } from './programs.js';

export const redisServer = findProgram('redis-server');

/** A Redis of a test's own, to be hurt. It writes no snapshot unless told to, and starts from the one that it has. */
export class RedisServer {
  private child?: ChildProcess;

  private constructor(
    private readonly port: number,
    private readonly directory: string,
  ) {}

  /** Has a port, and does not run yet. */
  static async prepare(): Promise<RedisServer> {
    return new RedisServer(await freePort(), await mkdtemp(join(tmpdir(), 'travellr-redis-')));
  }

  static async start(): Promise<RedisServer> {
    const server = await RedisServer.prepare();
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** @throws Error with what it said when it ends instead. */
  async start(): Promise<void> {
    const settings = ['--port', `${this.port}`, '--bind', '127.0.0.1', '--dir', this.directory, '--save', ''];
    this.child = spawn(redisServer!, settings, { stdio: ['ignore', 'pipe', 'ignore'] });
    const said: string[] = [];
    for await (const line of createInterface({ input: this.child.stdout! })) {
      said.push(line);
      if (!line.includes('Ready to accept connections')) continue;
      this.child.stdout!.resume();
      return;
    }
    throw new Error(`Redis did not start:\n${said.join('\n')}`);
  }

  /** It still accepts connections, and says nothing. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (!child) return;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  }

  async command(...command: string[]): Promise<unknown> {
    const client = createClient({ url: this.url });
    await client.connect();
    try {
      return await client.sendCommand(command);
    } finally {
      await client.disconnect();
    }
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }
}
