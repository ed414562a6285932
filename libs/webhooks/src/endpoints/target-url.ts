import { InvalidRequest } from '@app/http';
import { isIP } from 'node:net';
import { hostOf, isPublicAddress } from '../sending/public-address.js';

/**
 * Refuses what can be seen to be wrong before anything is sent. What a name resolves to is checked at each connection: it may change.
 * @param options.allowPrivate whether targets on this machine and in this network are wanted, as in development.
 * @throws InvalidRequest naming `url`
 */
export function checkTargetUrl(text: string, { allowPrivate }: { allowPrivate: boolean }): void {
  const refuse = (message: string) => InvalidRequest.field('url', message);
  if (/\s/.test(text) || !URL.canParse(text)) throw refuse('must be a URL, e.g. https://example.com/hooks');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw refuse('must begin with https:// or http://');
  if (url.username || url.password) throw refuse('must not contain a user name or a password');
  if (url.hash) throw refuse('must not have a fragment (#...): it would not be sent');
  if (url.port === '0') throw refuse('must not have port 0');
  if (!allowPrivate && isPrivate(hostOf(url))) throw refuse('must be reachable from the public internet');
}

function isPrivate(host: string): boolean {
  if (isIP(host)) return !isPublicAddress(host);
  // RFC 6761 section 6.3
  return /(^|\.)localhost\.?$/.test(host);
}
