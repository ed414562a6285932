import type { Config } from '@app/config';
import StripeNode, { type Stripe } from 'stripe';

type HttpClient = NonNullable<Stripe.StripeConfig['httpClient']>;

/**
 * A client of Stripe's API, at the version that this adapter was written for: a newer package does not compile until it is looked at.
 * It tries each request once; stripe-requests.ts tries again, in the time that is left.
 */
export function stripeClient({ apiKey, apiBase }: NonNullable<Config['stripe']>): Stripe {
  return new StripeNode(apiKey, {
    apiVersion: '2026-10-28.endive',
    maxNetworkRetries: 0,
    telemetry: false,
    httpClient: tryingOnce(StripeNode.createNodeHttpClient()),
    ...(apiBase === undefined ? {} : addressOf(new URL(apiBase))),
  });
}

function addressOf({ protocol, hostname, port }: URL) {
  const isPlain = protocol === 'http:';
  return {
    protocol: isPlain ? ('http' as const) : ('https' as const),
    // A literal IPv6 address comes in brackets, which the network does not know.
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port || (isPlain ? 80 : 443),
  };
}

/**
 * The package sends a request again when its connection was closed, whatever it is told, and then forgets that the first may have
 * arrived. By another name the error is left to us.
 */
function tryingOnce(client: HttpClient): HttpClient {
  return {
    getClientName: () => client.getClientName(),
    makeRequest: async (...request) => {
      try {
        return await client.makeRequest(...request);
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code !== 'ECONNRESET' && code !== 'EPIPE') throw error;
        throw Object.assign(new Error(message, { cause: error }), { code: 'connection_closed' });
      }
    },
  };
}
