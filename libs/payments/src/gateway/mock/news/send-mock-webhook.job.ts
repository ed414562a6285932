import type { Server } from 'node:http';
import { CONFIG, type Config } from '@app/config';
import { Job, type JobHandler } from '@app/events';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { MockWorld } from '../mock-world.js';
import type { MockEvent } from './mock-events.js';
import { SEND_MOCK_WEBHOOK } from './mock-news.js';
import { MockSignature, SIGNATURE_HEADER } from './mock-signature.js';

const PATH = '/api/v1/webhooks/mock';
const TIMEOUT_MS = 10_000;

/** Sends one webhook, over HTTP as any gateway would. Sent again, later and later, until it is answered with 2xx. */
@Injectable()
@Job(SEND_MOCK_WEBHOOK, { lane: 'gateway' })
export class SendMockWebhook implements JobHandler<{ event: MockEvent }> {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'http'>,
    private readonly host: HttpAdapterHost,
    private readonly signature: MockSignature,
    private readonly world: MockWorld,
  ) {}

  /** @throws Error to be sent again. */
  async run({ event }: { event: MockEvent }): Promise<void> {
    if ((await this.world.knobs()).drop) return;
    const body = JSON.stringify(event);
    const answer = await fetch(`${this.platform()}${PATH}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [SIGNATURE_HEADER]: this.signature.sign(body) },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${event.type} ${event.id} was answered with ${answer.status}`);
  }

  /** This very process where it listens; a worker does not, and tells the API where the settings say that it is. */
  private platform(): string {
    const { publicUrl, port } = this.config.http;
    const listening = (this.host.httpAdapter?.getHttpServer() as Server | undefined)?.address();
    if (typeof listening === 'object' && listening !== null) {
      const isAny = ['0.0.0.0', '::'].includes(listening.address);
      const host = isAny ? '127.0.0.1' : listening.address;
      return `http://${host.includes(':') ? `[${host}]` : host}:${listening.port}`;
    }
    return publicUrl?.replace(/\/$/, '') ?? `http://127.0.0.1:${port}`;
  }
}
