import type { GatewaySubject } from '../../gateway-results.js';

/** What the mock tells of, and with which ids; the part before the dot is the kind of the object. */
const IDS_BY_KIND: Readonly<Record<GatewaySubject['kind'], readonly string[]>> = {
  payment: ['gatewayPaymentId'],
  refund: ['gatewayRefundId', 'gatewayPaymentId'],
  dispute: ['gatewayDisputeId'],
  account: ['accountId'],
  transfer: ['gatewayTransferId'],
};

export const MOCK_EVENT_TYPES = [
  'payment.succeeded',
  'payment.failed',
  'payment.requires_action',
  'payment.canceled',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'dispute.created',
  'dispute.closed',
  'transfer.created',
  'transfer.reversed',
  'account.updated',
] as const;
export type MockEventType = (typeof MOCK_EVENT_TYPES)[number];

/** The body of a webhook of the mock's. It says what to look at, never how it stands. */
export interface MockEvent {
  readonly id: string;
  readonly type: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** @returns undefined when it is none of the mock's: not JSON, or without an id, a type, or the ids that go with the type. */
export function readMockEvent(body: Buffer): MockEvent | undefined {
  const event = parse(body) as Partial<MockEvent> | null | undefined;
  if (typeof event?.id !== 'string' || typeof event.type !== 'string') return undefined;
  const kind = kindOf(event.type);
  const ids = kind === undefined ? [] : IDS_BY_KIND[kind];
  return ids.every((name) => typeof event.data?.[name] === 'string') ? (event as MockEvent) : undefined;
}

/** Undefined for a type that is not known: there may be more in time. */
export function subjectOf({ type, data }: MockEvent): GatewaySubject | undefined {
  const kind = kindOf(type);
  if (kind === undefined) return undefined;
  const ids = IDS_BY_KIND[kind].map((name) => [name, data[name]]);
  return { kind, ...Object.fromEntries(ids) } as GatewaySubject;
}

function kindOf(type: string): GatewaySubject['kind'] | undefined {
  const isKnown = (MOCK_EVENT_TYPES as readonly string[]).includes(type);
  return isKnown ? (type.split('.')[0] as GatewaySubject['kind']) : undefined;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
