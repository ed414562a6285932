import StripeNode from 'stripe';
import { failureOf, isRefusal, isWorthRepeating, mayHaveBeenDone, withoutAnswer } from './stripe-errors.js';

type Raw = Parameters<typeof StripeNode.errors.StripeError.generate>[0] & {
  headers?: Record<string, string>;
};

/** As the package makes it of an answer. */
const answered = (statusCode: number, raw: Partial<Raw> = {}) =>
  StripeNode.errors.StripeError.generate({
    type: 'api_error',
    statusCode,
    message: 'No.',
    headers: {},
    ...raw,
  } as Raw);
const unanswered = (code: string) =>
  new StripeNode.errors.StripeConnectionError({
    message: 'An error occurred with our connection to Stripe.',
    detail: Object.assign(new Error(code), { code }),
  } as unknown as Raw);

const unavailable = { status: 'unavailable', rateLimited: false, retryAfterSeconds: 1 };

describe('an error of Stripe’s', () => {
  it.each([
    ['500', answered(500), { status: 'unknown' }],
    ['503', answered(503), { status: 'unknown' }],
    [
      '409, the same key still under way',
      answered(409, { code: 'idempotency_key_in_use' }),
      { status: 'unknown' },
    ],
    ['no answer in time', unanswered('ETIMEDOUT'), { status: 'unknown' }],
    ['a connection that broke', unanswered('connection_closed'), { status: 'unknown' }],
    ['a connection refused', unanswered('ECONNREFUSED'), unavailable],
    ['a name not found', unanswered('ENOTFOUND'), unavailable],
    ['401', answered(401), unavailable],
    ['403', answered(403), unavailable],
    ['429', answered(429), { ...unavailable, rateLimited: true }],
    [
      '429 that says when',
      answered(429, { headers: { 'retry-after': '7' } }),
      { ...unavailable, rateLimited: true, retryAfterSeconds: 7 },
    ],
    ['429 of an object that is locked', answered(429, { code: 'lock_timeout' }), unavailable],
    ['a declined card', answered(402, { type: 'card_error' }), undefined],
    ['a request that is wrong', answered(400, { type: 'invalid_request_error' }), undefined],
    ['something of ours', new TypeError('undefined is not a function'), undefined],
  ])('%s: where that leaves the call', (_, error, outcome) => {
    expect(withoutAnswer(error)).toEqual(outcome);
  });

  it.each([
    ['402', answered(402), true],
    ['400', answered(400), true],
    ['404', answered(404), true],
    ['a key with other parameters', answered(400, { type: 'idempotency_error' }), false],
    ['500', answered(500), false],
  ])('%s: whether Stripe understood and will not', (_, error, expected) => {
    expect(isRefusal(error)).toBe(expected);
  });

  it.each([
    ['500', answered(500), true],
    ['409', answered(409), true],
    ['a connection refused', unanswered('ECONNREFUSED'), true],
    ['500 that was carried out', answered(500, { headers: { 'stripe-should-retry': 'false' } }), false],
    ['429', answered(429), false],
    ['429 that is worth it', answered(429, { headers: { 'stripe-should-retry': 'true' } }), true],
    ['402', answered(402), false],
  ])('%s: whether to try again', (_, error, expected) => {
    expect(isWorthRepeating(error)).toBe(expected);
  });

  it('may have been carried out when only the answer is missing', () => {
    expect(mayHaveBeenDone(unanswered('connection_closed'))).toBe(true);
    expect(mayHaveBeenDone(answered(500))).toBe(true);
    expect(mayHaveBeenDone(unanswered('ECONNREFUSED'))).toBe(false);
    expect(mayHaveBeenDone(answered(429))).toBe(false);
  });
});

describe('a failure', () => {
  it.each([
    ['card_declined', 'insufficient_funds', true],
    ['card_declined', 'try_again_later', true],
    ['card_declined', 'generic_decline', false],
    ['card_declined', 'do_not_honor', false],
    ['card_declined', 'stolen_card', false],
    ['expired_card', undefined, false],
    ['incorrect_cvc', undefined, false],
    ['processing_error', undefined, true],
    ['authentication_required', undefined, true],
    ['payment_intent_authentication_failure', undefined, true],
    ['balance_insufficient', undefined, true],
    ['charge_already_refunded', undefined, false],
  ])('%s, %s: may pass by itself: %s', (code, decline_code, retryable) => {
    expect(failureOf({ code, decline_code, message: 'No.' })).toMatchObject({ code, retryable });
  });

  it('goes by the bank’s advice where there is some', () => {
    const declined = { code: 'card_declined', message: 'No.' };
    const advised = (decline_code: string, advice_code: string) =>
      failureOf({ ...declined, decline_code, advice_code }).retryable;
    expect(advised('generic_decline', 'try_again_later')).toBe(true);
    expect(advised('insufficient_funds', 'do_not_try_again')).toBe(false);
  });

  it('keeps Stripe’s words, its codes and the id of the request', () => {
    const error = answered(402, {
      type: 'card_error',
      code: 'card_declined',
      decline_code: 'lost_card',
      message: 'Your card was declined.',
      requestId: 'req_1',
    } as Partial<Raw>);
    expect(failureOf(error)).toEqual({
      code: 'card_declined',
      declineCode: 'lost_card',
      message: 'Your card was declined.',
      retryable: false,
      requestId: 'req_1',
    });
  });

  it('is named by its kind where Stripe has no code', () => {
    const error = answered(400, { type: 'invalid_request_error', message: 'Too much.' });
    expect(failureOf(error)).toMatchObject({ code: 'invalid_request_error', message: 'Too much.' });
  });
});
