import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A client that says exactly what it is told to, also half of it, and keeps its connection for as long as it is let. */
export class RawConnection {
  private received = '';
  private readonly closed: Promise<unknown>;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => (this.received += String(chunk)));
    socket.on('error', () => undefined);
    this.closed = once(socket, 'close');
  }

  static async open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  /** Sends the lines of a request's head, which ends here. */
  request(line: string, ...headers: string[]): this {
    this.socket.write(`${[`${line} HTTP/1.1`, 'host: travellr.test', ...headers].join('\r\n')}\r\n\r\n`);
    return this;
  }

  send(text: string): this {
    this.socket.write(text);
    return this;
  }

  /** Resolves with the head of the first answer, once it is there. */
  async head(): Promise<string> {
    while (!this.received.includes('\r\n\r\n')) await once(this.socket, 'data');
    return this.received.slice(0, this.received.indexOf('\r\n\r\n')).toLowerCase();
  }

  /** Resolves with all that came when the other side has closed. */
  async end(): Promise<string> {
    await this.closed;
    return this.received;
  }

  abort(): void {
    this.socket.destroy();
  }
}
