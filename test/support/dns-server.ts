import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

const HEADER_BYTES = 12;
const TYPES = { 1: 'A', 28: 'AAAA' } as const;

/** A name server on this machine (RFC 1035), as an attacker would run one: what a name means is up to the test, at each question. */
export class DnsServer {
  /** Every question so far, e.g. `A hooks.example`. */
  readonly questions: string[] = [];
  private readonly names = new Map<string, string[][]>();

  private constructor(private readonly socket: Socket) {
    socket.on('message', (query, { port, address }) => {
      const answer = this.answer(query);
      if (answer) socket.send(answer, port, address);
    });
  }

  static async open(): Promise<DnsServer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new DnsServer(socket);
  }

  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  /** What `name` means, from one question for addresses of a kind to the next; the last of them from then on. Unknown names get no answer. */
  say(name: string, ...meanings: string[][]): void {
    this.names.set(name, meanings);
  }

  async close(): Promise<void> {
    this.socket.close();
    await once(this.socket, 'close');
  }

  private answer(query: Buffer): Buffer | undefined {
    const labels: string[] = [];
    let at = HEADER_BYTES;
    for (let length = query[at]!; length > 0; length = query[at]!) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const name = labels.join('.').toLowerCase();
    const type = query.readUInt16BE(at + 1);
    const kind = TYPES[type as keyof typeof TYPES];
    const asked = this.questions.filter((question) => question === `${kind} ${name}`).length;
    this.questions.push(`${kind} ${name}`);
    const meanings = this.names.get(name);
    if (!meanings) return undefined;
    const addresses = (meanings[asked] ?? meanings.at(-1) ?? []).filter(
      (one) => isIPv4(one) === (type === 1),
    );
    const header = Buffer.alloc(HEADER_BYTES);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180, 2); // a response without error
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(addresses.length, 6);
    return Buffer.concat([
      header,
      query.subarray(HEADER_BYTES, at + 5),
      ...addresses.map((one) => record(type, one)),
    ]);
  }
}

/** Of the name that was asked for, in class IN, for 0 seconds. */
function record(type: number, address: string): Buffer {
  const data = Buffer.from(ipaddr.parse(address).toByteArray());
  const head = Buffer.from([0xc0, HEADER_BYTES, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length]);
  return Buffer.concat([head, data]);
}
