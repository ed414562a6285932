import { backoffMs } from '@app/events';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { AT_ONCE, WebhookEndpoint } from '../endpoints/webhook-endpoint.entity.js';
import type { Message } from '../sending/signed-message.js';
import type { Reply } from '../sending/webhook-sender.js';

export const DELIVERY_STATUSES = ['pending', 'succeeded', 'failed'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One attempt, as the log keeps it. */
export type Attempt = Reply & {
  /** ISO 8601: when its outcome was known. */
  readonly at: string;
};

/** With the waits of {@link backoffMs} between them: some three days. */
const MAX_ATTEMPTS = 19;
/** More than that only by hand, and then the latest count. */
const LOGGED_ATTEMPTS = 30;
/** Longer than any attempt takes: whoever still has it then is dead. */
const CLAIM_MS = 30_000;
/** Jobs are due by the database's clock, this is decided by ours: so far they may be apart. */
const CLOCK_SLACK_MS = 1_000;

/** now: send it. later: come back then. never: nothing to do, or whoever is in front calls. */
export type Turn = 'now' | 'never' | { readonly later: Date };

/** One event for one endpoint, and what came of it. The event is kept here too: its row in the outbox may be gone before. */
@Entity('webhook_deliveries')
@Unique('webhook_deliveries_event_key', ['endpointId', 'eventId'])
@Index('webhook_deliveries_endpoint', ['endpointId', 'id'])
@Index('webhook_deliveries_status', ['endpointId', 'status', 'id'])
@Index('webhook_deliveries_waiting', ['endpointId', 'nextAttemptAt'], { where: `status = 'pending'` })
@Index('webhook_deliveries_claimed', ['endpointId'], { where: 'claimed_until IS NOT NULL' })
@Index('webhook_deliveries_created', ['createdAt'])
@Check('webhook_deliveries_status_check', `status IN ('pending', 'succeeded', 'failed')`)
@Check(
  'webhook_deliveries_pending_check',
  `(status = 'pending') = (next_attempt_at IS NOT NULL) AND (claimed_until IS NULL OR status = 'pending')`,
)
export class WebhookDelivery {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'webhook_deliveries_pkey' })
  id: string;

  @ForeignKey(() => WebhookEndpoint, { name: 'webhook_deliveries_endpoint_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'endpoint_id' })
  endpointId: string;

  @Column('uuid', { name: 'event_id' })
  eventId: string;

  @Column('text', { name: 'event_name' })
  eventName: string;

  @Column('jsonb')
  data: object;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt: Date;

  @Column('text')
  status: DeliveryStatus;

  /** Since it was queued, or asked for again. */
  @Column('integer')
  attempts: number;

  /** The oldest first. */
  @Column('jsonb')
  log: Attempt[];

  /** Null once it is over. */
  @Column('timestamptz', { name: 'next_attempt_at', nullable: true })
  nextAttemptAt: Date | null;

  /** While somebody is sending it. */
  @Column('timestamptz', { name: 'claimed_until', nullable: true })
  claimedUntil: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  get message(): Message {
    return { id: this.eventId, type: this.eventName, occurredAt: this.occurredAt, data: this.data };
  }

  /** @param inFlight requests to the endpoint that are open now. */
  turn(endpoint: WebhookEndpoint, inFlight: number, now: Date): Turn {
    const isAhead = (instant: Date | null): instant is Date =>
      instant !== null && instant.getTime() > now.getTime() + CLOCK_SLACK_MS;
    if (this.status !== 'pending' || !endpoint.enabled) return 'never';
    if (this.claimedUntil && this.claimedUntil > now) return { later: this.claimedUntil };
    if (isAhead(this.nextAttemptAt)) return { later: this.nextAttemptAt };
    // The first repetition is promised within seconds, whatever the breaker says: there are only as many as it let through before.
    if (this.attempts === 1) return inFlight >= AT_ONCE ? 'never' : 'now';
    return isAhead(endpoint.pausedUntil) || inFlight >= endpoint.atOnce ? 'never' : 'now';
  }

  claim(now: Date): void {
    this.claimedUntil = new Date(now.getTime() + CLAIM_MS);
  }

  /** 2xx is a success and 410 the end of it; anything else is tried again, later and later, until the attempts are used up. */
  record(reply: Reply, now: Date): void {
    this.claimedUntil = null;
    this.attempts += 1;
    this.log = [...this.log, { at: now.toISOString(), ...reply }].slice(-LOGGED_ATTEMPTS);
    if (isSuccess(reply)) this.end('succeeded');
    else if (isGone(reply) || this.attempts >= MAX_ATTEMPTS) this.end('failed');
    else this.nextAttemptAt = new Date(now.getTime() + backoffMs(this.attempts));
  }

  /** From the beginning, at once; one that is being sent this moment is left to it. */
  sendAgain(now: Date): void {
    if (this.claimedUntil && this.claimedUntil > now) return;
    this.status = 'pending';
    this.attempts = 0;
    this.nextAttemptAt = now;
    this.claimedUntil = null;
  }

  private end(status: DeliveryStatus): void {
    this.status = status;
    this.nextAttemptAt = null;
  }
}

export const isSuccess = ({ status }: Reply): boolean => status !== null && status >= 200 && status < 300;

/** 410: the receiver wants no more, ever (Standard Webhooks). */
export const isGone = ({ status }: Reply): boolean => status === 410;
