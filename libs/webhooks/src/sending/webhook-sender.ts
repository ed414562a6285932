import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, request } from 'undici';
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
  private readonly agent: Agent;

  /** @param resolver undefined: any target is allowed, and the system finds it. */
  constructor(
    private readonly resolver: TargetResolver | undefined,
    private readonly timeoutMs = TIMEOUT_MS,
  ) {
    // A connection that is being made does not hear of the signal below.
    const connectTimeoutMs = timeoutMs / 2;
    const connect = resolver ? publicConnector(resolver, connectTimeoutMs) : { timeout: connectTimeoutMs };
    this.agent = new Agent({ connect, pipelining: 0 });
  }

  async post(url: string, message: { body: string; headers: Record<string, string> }): Promise<Reply> {
    const start = performance.now();
    const took = () => Math.round(performance.now() - start);
    try {
      const { statusCode, body } = await request(url, {
        method: 'POST',
        ...message,
        dispatcher: this.agent,
        signal: AbortSignal.timeout(this.timeoutMs),
      });
      const durationMs = took();
      const error = statusCode >= 300 && statusCode < 400 ? 'redirects are not followed' : null;
      return { status: statusCode, error, excerpt: await excerptOf(body), durationMs };
    } catch (error) {
      if (this.agent.destroyed) throw error;
      return { status: null, error: this.reasonOf(error as Error), excerpt: null, durationMs: took() };
    }
  }

  async onApplicationShutdown(): Promise<void> {
    this.resolver?.cancel();
    await this.agent.destroy();
  }

  private reasonOf({ name, message, code }: Error & { code?: string }): string {
    if (name === 'TimeoutError') return `no answer within ${this.timeoutMs} ms`;
    // When every address of a host refuses, the message is empty.
    return (message || code || name).slice(0, 500);
  }
}
