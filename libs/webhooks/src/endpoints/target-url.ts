import { InvalidRequest } from '@app/http';
import { hostOf } from '../sending/public-address.js';
import type { TargetPolicy } from '../sending/target-policy.js';

/**
 * Refuses what can be seen to be wrong before anything is sent. What a name resolves to is checked at each connection: it may change.
 * @throws InvalidRequest naming `url`
 */
export function checkTargetUrl(text: string, policy: TargetPolicy): void {
  const refuse = (message: string) => InvalidRequest.field('url', message);
  if (/\s/.test(text) || !URL.canParse(text)) throw refuse('must be a URL, e.g. https://example.com/hooks');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw refuse('must begin with https:// or http://');
  if (url.username || url.password) throw refuse('must not contain a user name or a password');
  if (url.hash) throw refuse('must not have a fragment (#...): it would not be sent');
  if (url.port === '0') throw refuse('must not have port 0');
  if (!policy.allowsHost(hostOf(url))) throw refuse('must be reachable from the public internet');
}
