/** The `error` object of Stripe's answers. */
export interface StripeErrorBody {
  readonly type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  readonly message: string;
  readonly code?: string;
  readonly decline_code?: string;
  readonly param?: string;
  readonly charge?: string;
  readonly payment_intent?: object;
  readonly payment_method?: object;
}

/** What Stripe answers when it does not do as asked. */
export class StripeApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: StripeErrorBody,
    /** Stripe keeps the answer under the key once the endpoint has begun its work; what it turns away at the door it does not. */
    readonly executed: boolean,
  ) {
    super(body.message);
  }
}

/** A request that is not valid against Stripe's description: turned away, and a fault of the caller's. */
export class UndocumentedRequest extends StripeApiError {
  constructor(code: string | undefined, param: string, message: string) {
    super(400, { type: 'invalid_request_error', code, param, message }, false);
  }
}

export function refused(
  message: string,
  detail: Omit<StripeErrorBody, 'message' | 'type'> = {},
): StripeApiError {
  return new StripeApiError(400, { type: 'invalid_request_error', message, ...detail }, true);
}

export function turnedAway(status: number, body: StripeErrorBody): StripeApiError {
  return new StripeApiError(status, body, false);
}

export function resourceMissing(object: string, id: string, param: string): StripeApiError {
  const message = `No such ${object}: '${id}'`;
  const status = param === 'id' ? 404 : 400;
  return new StripeApiError(
    status,
    { type: 'invalid_request_error', code: 'resource_missing', param, message },
    true,
  );
}

export function rateLimited(): StripeApiError {
  return turnedAway(429, {
    type: 'invalid_request_error',
    code: 'rate_limit',
    message:
      'Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.',
  });
}
