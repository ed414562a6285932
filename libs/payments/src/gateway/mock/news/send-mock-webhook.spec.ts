import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { ManualClock } from '@app/kernel';
import { HttpAdapterHost } from '@nestjs/core';
import { MockKnobs } from '../mock-knobs.entity.js';
import type { MockWorld } from '../mock-world.js';
import { MockSignature } from './mock-signature.js';
import { SendMockWebhook } from './send-mock-webhook.job.js';

interface Delivery {
  readonly method?: string;
  readonly url?: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

describe('a webhook of the mock', () => {
  const event = { id: 'mock_evt_1', type: 'payment.succeeded', created: 1, data: { gatewayPaymentId: 'pi' } };
  const clock = new ManualClock();
  const signature = new MockSignature({ jwtSecret: 'a secret of thirty-two characters' }, clock);
  const knobs = new MockKnobs();
  const delivered: Delivery[] = [];
  let platform: Server;
  let port: number;
  let answer = { status: 200, location: '' };

  beforeAll(async () => {
    platform = createServer((request, response) => {
      void text(request).then((body) => {
        const { method, url, headers } = request;
        delivered.push({ method, url, headers, body });
        response.writeHead(answer.status, { location: answer.location }).end('{}');
      });
    });
    await new Promise<void>((listening) => platform.listen(0, '127.0.0.1', listening));
    port = (platform.address() as AddressInfo).port;
  });
  beforeEach(() => {
    delivered.length = 0;
    answer = { status: 200, location: '' };
    knobs.drop = false;
  });
  afterAll(() => new Promise((closed) => platform.close(closed)));

  /** @param server that of this process, if it has one. */
  function send(http: { port: number; publicUrl?: string }, server?: Server): Promise<void> {
    const host = new HttpAdapterHost();
    if (server) host.httpAdapter = { getHttpServer: () => server } as never;
    const world = { knobs: () => Promise.resolve(knobs) } as MockWorld;
    return new SendMockWebhook({ http: { host: '127.0.0.1', ...http } }, host, signature, world).run({
      event,
    });
  }

  it('is posted as JSON, signed at the time of sending', async () => {
    await send({ port });
    const [{ method, url, headers, body }] = delivered as [Delivery];
    expect([method, url, headers['content-type']]).toEqual([
      'POST',
      '/api/v1/webhooks/mock',
      'application/json',
    ]);
    expect(JSON.parse(body)).toEqual(event);
    expect(() => signature.verify({ body: Buffer.from(body), headers })).not.toThrow();
    expect(headers['mock-signature']).toMatch(/^t=1798761600,v1=[0-9a-f]{64}$/);
  });

  it('goes to this very process where that listens', async () => {
    await send({ port: 1, publicUrl: 'http://127.0.0.1:1' }, platform);
    expect(delivered).toHaveLength(1);
  });

  it('goes to the public address where it does not, and where there is none, to the port of the settings', async () => {
    const idle = createServer();
    await send({ port: 1, publicUrl: `http://127.0.0.1:${port}/` }, idle);
    await send({ port: 1, publicUrl: `http://127.0.0.1:${port}/behind/a/proxy` });
    await send({ port }, idle);
    expect(delivered.map(({ url }) => url)).toEqual([
      '/api/v1/webhooks/mock',
      '/behind/a/proxy/api/v1/webhooks/mock',
      '/api/v1/webhooks/mock',
    ]);
  });

  it.each([400, 404, 500, 503])('is to be sent again when it is answered with %i', async (status) => {
    answer.status = status;
    await expect(send({ port })).rejects.toThrow(`payment.succeeded mock_evt_1 was answered with ${status}`);
  });

  it('is to be sent again when nobody listens, or sends it elsewhere', async () => {
    await expect(send({ port: 1 })).rejects.toThrow('fetch failed');
    answer = { status: 302, location: `http://127.0.0.1:${port}/` };
    await expect(send({ port })).rejects.toThrow('fetch failed');
    expect(delivered).toHaveLength(1);
  });

  it('is not sent when webhooks are dropped by then', async () => {
    knobs.drop = true;
    await send({ port });
    expect(delivered).toEqual([]);
  });
});
