import { newStripeId, type StripeObject } from './object-store.js';

export const API_VERSION = '2026-10-28.endive';

/** What Stripe sends to webhook endpoints. */
export interface StripeEvent {
  readonly id: string;
  readonly object: 'event';
  readonly api_version: string;
  readonly created: number;
  readonly data: { readonly object: StripeObject };
  readonly livemode: false;
  readonly pending_webhooks: number;
  readonly request: { readonly id: string | null; readonly idempotency_key: string | null };
  readonly type: string;
}

/** What has happened, oldest first, each with its object as it was then. */
export class EventLog {
  readonly all: StripeEvent[] = [];
  /** The request being carried out; none when something happens by itself. */
  cause: StripeEvent['request'] = { id: null, idempotency_key: null };

  constructor(private readonly now: () => number) {}

  emit(type: string, object: StripeObject): StripeEvent {
    const event: StripeEvent = {
      id: newStripeId('evt'),
      object: 'event',
      api_version: API_VERSION,
      created: Math.floor(this.now() / 1000),
      data: { object: structuredClone(object) },
      livemode: false,
      pending_webhooks: 1,
      request: this.cause,
      type,
    };
    this.all.push(event);
    return event;
  }
}
