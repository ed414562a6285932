import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Agent } from 'undici';
import { excerptOf } from './answer-excerpt.js';
import { publicConnector } from './public-connector.js';
import type { TargetResolver } from './target-resolver.js';

export interface Reply {
  /** Null: there was no answer. */
  readonly status: number | null;
  /** Why there was none, or why it does not count. */
  readonly error: string | null;
  /** The beginning of the answer. */
  readonly excerpt: string | null;
  readonly durationMs: number;
}

const TIMEOUT_MS = 10_000;

/**
 * Posts one request and says what came of it; it throws only while the process ends, which says nothing of the target. No redirect is followed: where it leads was checked by nobody.
 * Connections are not kept: each attempt is checked anew, and none is lost on one that the other side has closed meanwhile.
 */
@Injectable()
export class WebhookSender implements OnApplicationShutdown {
  private agent?: Agent;
  private isOver = false;

  /** @param resolver undefined: any target is allowed, and the system finds it. */
  constructor(
    private readonly resolver: TargetResolver | undefined,
    private readonly timeoutMs = TIMEOUT_MS,
  ) {}

  async post(url: string, message: { body: string; headers: Record<string, string> }): Promise<Reply> {
    const { dispatcher, request } = await this.client();
    const start = performance.now();
    const took = () => Math.round(performance.now() - start);
    try {
      const { statusCode, body } = await request(url, {
        method: 'POST',
        ...message,
        dispatcher,
        signal: AbortSignal.timeout(this.timeoutMs),
      });
      const durationMs = took();
      const error = statusCode >= 300 && statusCode < 400 ? 'redirects are not followed' : null;
      return { status: statusCode, error, excerpt: await excerptOf(body), durationMs };
    } catch (error) {
      if (this.isOver) throw error;
      return { status: null, error: this.reasonOf(error as Error), excerpt: null, durationMs: took() };
    }
  }

  async onApplicationShutdown(): Promise<void> {
    this.isOver = true;
    this.resolver?.cancel();
    await this.agent?.destroy();
  }

  /** undici takes 17 MB, which a process that sends nothing does not have to spend. */
  private async client() {
    const { Agent, buildConnector, request } = await import('undici');
    if (this.isOver) throw new Error('no webhook is sent any more: the process ends');
    // A connection that is being made does not hear of the signal of its request.
    const timeout = this.timeoutMs / 2;
    const connect = this.resolver ? publicConnector(buildConnector, this.resolver, timeout) : { timeout };
    this.agent ??= new Agent({ connect, pipelining: 0 });
    return { dispatcher: this.agent, request };
  }

  private reasonOf({ name, message, code }: Error & { code?: string }): string {
    if (name === 'TimeoutError') return `no answer within ${this.timeoutMs} ms`;
    // When every address of a host refuses, the message is empty.
    return (message || code || name).slice(0, 500);
  }
}
