import { setTimeout } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Stripe } from 'stripe';
import type { GatewayDown, OutcomeUnknown } from '../gateway-results.js';
import { IdempotencyMismatch } from '../payment-gateway.js';
import {
  isIdempotencyMismatch,
  isMisconfiguration,
  isRefusal,
  isWorthRepeating,
  mayHaveBeenDone,
  timedOut,
  withoutAnswer,
  type StripeRefusal,
} from './stripe-errors.js';

/** How long to wait before the second try, while there is time. */
const PAUSE_MS = 250;

/** Sends one request; a write comes with its key, which its second try repeats. */
export type Send = <T>(
  request: (options: Stripe.RequestOptions) => Promise<T>,
  idempotencyKey?: string,
) => Promise<T>;

/** Requests to Stripe that are answered in time and whose errors are results. */
export class StripeRequests {
  private readonly logger = new Logger('StripeGateway');

  /**
   * @param timeoutMs for all of the work's requests, their second tries included.
   * @param refused what it means that Stripe understood and will not; by default a fault of ours.
   * @throws IdempotencyMismatch
   */
  async answer<T>(
    { timeoutMs }: { readonly timeoutMs: number },
    work: (send: Send) => Promise<T>,
    refused: (error: StripeRefusal, send: Send) => T | Promise<T> = rethrow,
  ): Promise<T | GatewayDown | OutcomeUnknown> {
    let isUnderWay = false;
    const sendInTime = sendingUntil(performance.now() + timeoutMs);
    const send: Send = async (request, idempotencyKey) => {
      try {
        const answer = await sendInTime(request, idempotencyKey);
        isUnderWay = true;
        return answer;
      } catch (error) {
        isUnderWay ||= isRefusal(error);
        throw error;
      }
    };
    try {
      return await work(send).catch((error: unknown) => {
        if (!isRefusal(error)) throw error;
        return refused(error, send);
      });
    } catch (error) {
      if (isMisconfiguration(error))
        this.logger.error({ requestId: error.requestId, code: error.code }, 'Stripe does not accept our key');
      const outcome = withoutAnswer(error);
      if (!outcome) throw error;
      // Only a later request was turned away: of what the first has done or found, nothing is told.
      return isUnderWay ? { status: 'unknown' } : outcome;
    }
  }

  /** For a refusal that no customer and no vendor can have caused. */
  report({ requestId, code, param, message }: StripeRefusal): void {
    this.logger.error({ requestId, code, param }, `Stripe refused a request: ${message}`);
  }
}

/**
 * A request is tried a second time when its failure came quickly. One that Stripe takes its time over is waited for instead: repeated
 * while it still runs, it would only collide with itself.
 */
function sendingUntil(end: number): Send {
  const timeLeftMs = () => Math.floor(end - performance.now());
  return async (request, idempotencyKey) => {
    const once = () => inTime(timeLeftMs(), (timeout) => request({ timeout, idempotencyKey }));
    try {
      return await once().catch(async (first: unknown) => {
        const pauseMs = Math.min(PAUSE_MS, timeLeftMs() / 4);
        if (!isWorthRepeating(first) || pauseMs < 1) throw first;
        await setTimeout(pauseMs);
        return once().catch((second: unknown) => {
          // What the first try may have done, only an answer about its key can tell.
          throw mayHaveBeenDone(first) && withoutAnswer(second) ? first : second;
        });
      });
    } catch (error) {
      if (isIdempotencyMismatch(error)) throw new IdempotencyMismatch(idempotencyKey ?? '');
      throw error;
    }
  };
}

/** The package's own timeout is for silence: an answer that trickles in would outlast it. */
async function inTime<T>(timeoutMs: number, request: (timeoutMs: number) => Promise<T>): Promise<T> {
  if (timeoutMs < 1) throw timedOut();
  const answered = new AbortController();
  const late = setTimeout(timeoutMs, undefined, { signal: answered.signal }).then(
    () => Promise.reject(timedOut()),
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([request(timeoutMs), late]);
  } finally {
    answered.abort();
  }
}

function rethrow(error: StripeRefusal): never {
  throw error;
}
