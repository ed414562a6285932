/** The background jobs of this module; their classes are beside this file. */
export const CANCEL_INTENT = 'cancel-intent';
export const CREATE_PAYOUT_ACCOUNT = 'create-payout-account';
/** Also what a webhook of the gateway's becomes: the object is read again, so that only its present state counts. */
export const GATEWAY_NEWS = 'gateway-news';
export const SEND_REFUND = 'send-refund';
