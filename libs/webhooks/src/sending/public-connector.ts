import { isIP, type LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import type { buildConnector } from 'undici';
import type { TargetResolver } from './target-resolver.js';

/**
 * Connects to public addresses only. The check is part of connecting: the socket is given the very addresses that were checked and asks
 * nobody again, so that a name which means something else a moment later (DNS rebinding) gains nothing.
 */
export function publicConnector(
  build: typeof buildConnector,
  resolver: TargetResolver,
  timeoutMs: number,
): buildConnector.connector {
  const connect = build({
    timeout: timeoutMs,
    lookup: lookupWith(resolver),
  } as buildConnector.BuildOptions);
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '');
    try {
      // Sockets look names up, not addresses.
      if (isIP(host)) resolver.check(host);
    } catch (error) {
      callback(error as Error, null);
      return;
    }
    connect(options, callback);
  };
}

const lookupWith = (resolver: TargetResolver): LookupFunction => {
  const resolve = callbackify((host: string) => resolver.resolve(host));
  return (host, { all }, callback) =>
    resolve(host, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) callback(error, []);
      else if (all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
};
