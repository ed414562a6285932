import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a PostgreSQL server on which connections can fall silent: nothing arrives any more, and nobody is told. */
export class SilentWay {
  private readonly sockets = new Set<Socket>();
  private readonly silent = new Set<Socket>();
  private readonly server = createServer((near) => {
    const { hostname, port } = new URL(this.target);
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(from);
      from.on('data', (chunk) => this.silent.has(from) || to.write(chunk));
      from.on('error', () => undefined);
      // Of what is silent the other side never hears that this one has gone.
      from.on('close', () => this.silent.has(from) || to.destroy());
    }
  });

  private constructor(private readonly target: string) {}

  /** @param target the URL of a database, on a TCP port. */
  static async to(target: string): Promise<SilentWay> {
    const way = new SilentWay(target);
    way.server.listen(0, '127.0.0.1');
    await once(way.server, 'listening');
    return way;
  }

  /** Of the same database. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** All that are open; those that come later work. @returns how many sockets that is. */
  silence(): number {
    for (const socket of this.sockets) this.silent.add(socket);
    return this.silent.size;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}
