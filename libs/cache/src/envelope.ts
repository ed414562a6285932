import type { Expiry } from './cache.service.js';

/** What adapters store. The value as text cannot be changed from outside; the expiry beside it is judged by our Clock alone. */
export interface Envelope {
  readonly text: string;
  /** Or else the value is the text itself: a list page need not be parsed to be sent. */
  readonly isJson: boolean;
  /** Milliseconds since the epoch; the value is gone at this instant. Undefined: never. */
  readonly expiresAtMs: number | undefined;
}

/** @throws RangeError for a `ttlMs` that is not a positive whole number. */
export function checkTtl(ttlMs: number): void {
  if (!(Number.isSafeInteger(ttlMs) && ttlMs > 0))
    throw new RangeError(`ttlMs must be a positive whole number of milliseconds, not ${ttlMs}`);
}

/**
 * Undefined for a value that JSON leaves out: `undefined` itself, or a function.
 *
 * @throws TypeError for a value that JSON cannot hold (a bigint, a cycle).
 * @throws RangeError for a `ttlMs` that is not a positive whole number.
 */
export function seal(value: unknown, now: Date, { ttlMs }: Expiry): Envelope | undefined {
  if (ttlMs !== undefined) checkTtl(ttlMs);
  const expiresAtMs = ttlMs === undefined ? undefined : now.getTime() + ttlMs;
  if (typeof value === 'string') return { text: value, isJson: false, expiresAtMs };
  const text: string | undefined = JSON.stringify(value);
  return text === undefined ? undefined : { text, isJson: true, expiresAtMs };
}

export function isLive({ expiresAtMs }: Envelope, now: Date): boolean {
  return expiresAtMs === undefined || now.getTime() < expiresAtMs;
}

/** A new copy at every call. The type is the caller's word: nothing is checked. */
export function open<T>({ text, isJson }: Envelope): T {
  return (isJson ? JSON.parse(text) : text) as T;
}

export const jsonOf = ({ text, isJson }: Envelope): string => (isJson ? text : JSON.stringify(text));

/**
 * The envelope of a counter moved on by `by`, keeping the expiry it has.
 *
 * @throws RangeError when `by`, or the sum, is not a safe integer.
 * @throws TypeError when the envelope holds something other than a whole number.
 */
export function add(counter: Envelope, by: number): Envelope {
  const count = open<unknown>(counter);
  if (!Number.isSafeInteger(count)) throw notANumber();
  const sum = Number(count) + by;
  if (!Number.isSafeInteger(by) || !Number.isSafeInteger(sum)) throw outOfRange(by);
  return { ...counter, text: JSON.stringify(sum) };
}

export const notANumber = () => new TypeError('only a whole number can be incremented');

export const outOfRange = (by: number) =>
  new RangeError(`a counter moves by whole numbers within the safe integers, not by ${by}`);
