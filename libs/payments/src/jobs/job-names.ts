import type { GatewaySubject } from '../gateway/gateway-results.js';

/** The background jobs of this module; their classes are beside this file. */
export const CANCEL_INTENT = 'cancel-intent';
export const CREATE_PAYOUT_ACCOUNT = 'create-payout-account';
export const SEND_REFUND = 'send-refund';

/**
 * What a piece of the gateway's news becomes, by what it is about; the subject is the payload. The object is read again, so that only
 * its present state counts. News of transfers are taken up by the payouts module.
 */
export const NEWS_JOBS = {
  payment: 'gateway-news',
  refund: 'refund-news',
  dispute: 'dispute-news',
  account: 'account-news',
  transfer: 'transfer-news',
} as const satisfies Readonly<Record<GatewaySubject['kind'], string>>;
