import type { GatewaySubject } from '../gateway-results.js';
import type { PaymentGateway, WebhookRequest } from '../payment-gateway.js';

/** How a card fares. */
export type Card =
  | 'good'
  | 'declined'
  | 'insufficientFunds'
  /** A 3-D Secure challenge comes first. */
  | 'challenged'
  /** The confirmation charges, and does not answer within 300 ms. */
  | 'timesOut'
  /** The confirmation is turned away by a rate limit. */
  | 'limited'
  /** Refunds fail at once. */
  | 'refundFails'
  /** Refunds succeed, and fail once time has passed. */
  | 'refundFailsLater'
  /** Refunds stay pending, and succeed once time has passed. */
  | 'refundPends'
  /** Once charged, its bank disputes all of it as fraudulent and takes the money at once. */
  | 'disputed';

/** An adapter under test, in a world of its own, with what only that world can do. */
export interface GatewayHarness {
  readonly gateway: PaymentGateway;
  /** The gateway's token of each card. */
  readonly cards: Readonly<Record<Card, string>>;
  /** Whether the gateway gives back its fee for a dispute that is won. */
  readonly returnsDisputeFee: boolean;
  /** What the payer does when a challenge is put to him. */
  readonly authenticate: (
    gatewayPaymentId: string,
    userId: string,
    outcome: 'pass' | 'fail',
  ) => Promise<unknown>;
  /** Until what happens by itself has happened: refunds are through, or have failed after all. */
  readonly timePasses: () => Promise<unknown>;
  /** The id of the dispute over a payment. */
  readonly disputeOver: (gatewayPaymentId: string) => Promise<string>;
  /** What the bank decides. */
  readonly closeDispute: (gatewayDisputeId: string, verdict: 'won' | 'lost') => Promise<unknown>;
  /** What a vendor does so that transfers reach his account. */
  readonly onboard: (accountId: string) => Promise<unknown>;
  readonly webhook: {
    /** The body of an event about the subject; without one, of a type that nobody has heard of. */
    readonly body: (eventId: string, subject?: GatewaySubject) => string;
    /** The headers that go with a body which the gateway has sent so many seconds ago. */
    readonly headers: (body: string, secondsAgo?: number) => WebhookRequest['headers'];
  };
  readonly close: () => Promise<void>;
}
