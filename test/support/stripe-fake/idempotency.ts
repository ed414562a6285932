import { turnedAway } from './errors.js';
import type { SeenRequest, StripeAnswer } from './exchange.js';

interface Kept {
  readonly method: string;
  readonly path: string;
  readonly form: string;
  /** Absent while the first request with the key is being carried out. */
  answer?: StripeAnswer;
}

/** https://docs.stripe.com/api/idempotent_requests: a key keeps the answer of the request that was first carried out with it. */
export class IdempotencyKeys {
  private readonly kept = new Map<string, Kept>();

  /**
   * @returns the kept answer; undefined when this request is the first and may begin.
   * @throws StripeApiError when the key belongs to another request, or its request is still under way.
   */
  begin(key: string, { method, path, form }: SeenRequest): StripeAnswer | undefined {
    const known = this.kept.get(key);
    if (!known) {
      this.kept.set(key, { method, path, form });
      return undefined;
    }
    if (known.method !== method || known.path !== path) throw mismatch(key, 'for the same endpoint');
    if (known.form !== form) throw mismatch(key, 'with the same parameters');
    if (!known.answer) throw inUse(key);
    return { ...known.answer, headers: { ...known.answer.headers, 'idempotent-replayed': 'true' } };
  }

  keep(key: string, answer: StripeAnswer): void {
    const begun = this.kept.get(key);
    if (begun) begun.answer = answer;
  }

  /** Nothing was done: the key is free again. */
  forget(key: string): void {
    this.kept.delete(key);
  }

  /** As a day later. */
  forgetAll(): void {
    this.kept.clear();
  }
}

function mismatch(key: string, which: string): Error {
  const message = `Keys for idempotent requests can only be used ${which} they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`;
  return turnedAway(400, { type: 'idempotency_error', message });
}

function inUse(key: string): Error {
  const message = `There is currently another in-progress request using this Stripe-Idempotent-Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`;
  return turnedAway(409, { type: 'invalid_request_error', code: 'idempotency_key_in_use', message });
}
