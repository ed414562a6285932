import { createHash } from 'node:crypto';
import { normalizeIp } from '@nestjs/throttler';
import type { Actor } from '../actor.js';
import type { Counted } from './limits.js';

/** What of a request says who sends it; the body has been read, and not been validated. */
export interface Asking {
  /** Of the client, or of its proxy unless TRUST_PROXY is set. */
  readonly ip?: string;
  readonly actor?: Actor;
  readonly body?: unknown;
}

/** RFC 5321: no address is longer. */
const MAX_EMAIL_LENGTH = 254;

/** @returns whom a request is counted for; undefined where it names no such person, which the validation then refuses. */
export function countedFor(by: Counted, { ip, actor, body }: Asking): string | undefined {
  switch (by) {
    case 'user':
      return actor ? `user:${actor.id}` : `address:${networkOf(ip)}`;
    case 'address':
      return `address:${networkOf(ip)}`;
    case 'email':
      return hashOfEmail(body);
    case 'address-and-email': {
      const email = hashOfEmail(body);
      return email && `${networkOf(ip)}:${email}`;
    }
  }
}

/** An IPv6 client has a whole /64 to choose addresses from: those count as one. */
const networkOf = (ip = 'unknown'): string => normalizeIp(ip);

/** The database knows e-mail addresses in any letter case (citext), the cache must not know them at all. */
function hashOfEmail(body: unknown): string | undefined {
  const email = (body as { email?: unknown } | null | undefined)?.email;
  if (typeof email !== 'string' || email.length > MAX_EMAIL_LENGTH) return undefined;
  return createHash('sha256').update(inSmallLetters(email)).digest('base64url');
}

/** One letter for each, as in PostgreSQL. JavaScript alone makes two of `İ`: to the limits it would be another address than to the database. */
const inSmallLetters = (text: string): string =>
  Array.from(text, (letter) => Array.from(letter.toLowerCase())[0]).join('');
