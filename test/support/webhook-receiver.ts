import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Behaviour = (response: ServerResponse) => void;

/** Somebody's program that is told of events. It says `ok` until it is told to behave otherwise. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  private behaviour: Behaviour = (response) => response.end('ok');
  private held: ServerResponse[] = [];
  private readonly arrivals = new EventTarget();

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      void text(request).then((body) => {
        this.received.push({ path: request.url ?? '', headers: request.headers, body });
        this.arrivals.dispatchEvent(new Event('arrival'));
        this.behaviour(response);
      });
    });
  }

  static async open(): Promise<WebhookReceiver> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new WebhookReceiver(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hooks`;
  }

  get ids(): (string | string[] | undefined)[] {
    return this.received.map(({ headers }) => headers['webhook-id']);
  }

  answer(status: number, headers: Record<string, string> = {}): void {
    this.behave((response) => response.writeHead(status, headers).end(`${status}`));
  }

  behave(behaviour: Behaviour): void {
    this.behaviour = behaviour;
  }

  /** Answers nobody before {@link release}. */
  hold(): void {
    this.behave((response) => void this.held.push(response));
  }

  release(status = 200): void {
    for (const response of this.held.splice(0)) response.writeHead(status).end();
    this.answer(status);
  }

  /** Until so many requests have come in all. */
  async arrivalOf(count: number): Promise<void> {
    while (this.received.length < count)
      await new Promise((arrived) => this.arrivals.addEventListener('arrival', arrived, { once: true }));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** What the specification's own verifier makes of it, at `now`. @throws WebhookVerificationError */
export function verified({ headers, body }: Received, secret: string, now = new Date()): any {
  const clock = jest.spyOn(Date, 'now').mockReturnValue(now.getTime());
  try {
    return new Webhook(secret).verify(body, headers as Record<string, string>);
  } finally {
    clock.mockRestore();
  }
}
