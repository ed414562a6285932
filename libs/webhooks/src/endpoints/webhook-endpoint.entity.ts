import { newId } from '@app/kernel';
import { Vendor } from '@app/vendors';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { backoffMs } from '@app/events';
import { RotatedTooOften } from './webhook-endpoint.errors.js';
import { newSecret } from './webhook-secret.js';

/** owner: he said so. gone: it answered 410. failing: for days on end. */
export const DISABLED_REASONS = ['owner', 'gone', 'failing'] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

/** Requests to one endpoint that may be open at the same time, in all processes together. */
export const AT_ONCE = 4;
/** Failures in a row after which nothing is sent for a while. */
const BREAKER_AFTER = 5;
const LONGEST_PAUSE_MS = 10 * 60_000;
/** How long an endpoint may fail without one success. */
const PATIENCE_MS = 5 * 24 * 60 * 60_000;
/** For how long a secret goes on signing after the next one. */
const OVERLAP_MS = 24 * 60 * 60_000;
/** Secrets within that time: each adds a signature to every message. */
const MOST_PREVIOUS = 5;

/** `expiresAt` ISO 8601. */
interface PreviousSecret {
  readonly secret: string;
  readonly expiresAt: string;
}

/** A target of webhooks. Its secret is kept as it is, since it signs; it is shown once, and is not among the columns that a query reads by itself. */
@Entity('webhook_endpoints')
@Index('webhook_endpoints_vendor', ['vendorId', 'id'])
@Index('webhook_endpoints_previous', ['previousSecretExpiresAt'], {
  where: 'previous_secret_expires_at IS NOT NULL',
})
@Check('webhook_endpoints_reason_check', `disabled_reason IN ('owner', 'gone', 'failing')`)
@Check('webhook_endpoints_enabled_check', 'enabled = (disabled_reason IS NULL)')
@Check('webhook_endpoints_previous_check', `(previous_secrets = '[]') = (previous_secret_expires_at IS NULL)`)
@Check('webhook_endpoints_failing_check', '(failures > 0) = (failing_since IS NOT NULL)')
export class WebhookEndpoint {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'webhook_endpoints_pkey' })
  id: string;

  /** Null: the platform's own, which is told of every vendor. */
  @ForeignKey(() => Vendor, { name: 'webhook_endpoints_vendor_fkey' })
  @Column('uuid', { name: 'vendor_id', nullable: true })
  vendorId: string | null;

  @Column('text')
  url: string;

  @Column('text', { nullable: true })
  description: string | null;

  @Column('text', { array: true })
  events: string[];

  @Column('text', { select: false })
  secret: string;

  /** The newest first. Those that have expired are forgotten some time. */
  @Column('jsonb', { name: 'previous_secrets', select: false })
  previousSecrets: PreviousSecret[];

  /** Of the newest of them. */
  @Column('timestamptz', { name: 'previous_secret_expires_at', nullable: true })
  previousSecretExpiresAt: Date | null;

  @Column('boolean')
  enabled: boolean;

  @Column('text', { name: 'disabled_reason', nullable: true })
  disabledReason: DisabledReason | null;

  /** In a row, until now. */
  @Column('integer')
  failures: number;

  /** The first failure after the last success. */
  @Column('timestamptz', { name: 'failing_since', nullable: true })
  failingSince: Date | null;

  /** Nothing is sent before then. */
  @Column('timestamptz', { name: 'paused_until', nullable: true })
  pausedUntil: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;

  static register(
    wish: { vendorId: string | null; url: string; description: string | null; events: string[] },
    now: Date,
  ): WebhookEndpoint {
    return Object.assign(new WebhookEndpoint(), {
      id: newId(),
      ...wish,
      secret: newSecret(),
      previousSecrets: [],
      previousSecretExpiresAt: null,
      enabled: true,
      disabledReason: null,
      failures: 0,
      failingSince: null,
      pausedUntil: null,
      createdAt: now,
      updatedAt: now,
    } satisfies Partial<WebhookEndpoint>);
  }

  /** A target that has just failed is asked one thing at a time, until it answers well. */
  get atOnce(): number {
    return this.failures > 0 ? 1 : AT_ONCE;
  }

  /** Every secret that signs now, the newest first. */
  secretsAt(now: Date): string[] {
    return [this.secret, ...this.previousAt(now).map(({ secret }) => secret)];
  }

  /**
   * Every secret signs on for a day, so that receivers can change over in their own time: which one they have, after several rotations
   * or one whose answer was lost, we do not know.
   * @throws RotatedTooOften
   */
  rotateSecret(now: Date): void {
    const previous = this.previousAt(now);
    const oldest = previous[MOST_PREVIOUS - 1];
    if (oldest) throw new RotatedTooOften(MOST_PREVIOUS, oldest.expiresAt);
    this.previousSecretExpiresAt = new Date(now.getTime() + OVERLAP_MS);
    const expiresAt = this.previousSecretExpiresAt.toISOString();
    this.previousSecrets = [{ secret: this.secret, expiresAt }, ...previous];
    this.secret = newSecret();
    this.updatedAt = now;
  }

  succeed(): void {
    this.failures = 0;
    this.failingSince = null;
    this.pausedUntil = null;
  }

  /**
   * Opens the breaker after some failures in a row, for longer and longer, and gives the endpoint up after days of them. What was let
   * through while it is open lengthens nothing.
   * @param random from 0 to 1: how much of the jitter to take.
   */
  fail(now: Date, random: () => number = Math.random): void {
    this.failingSince ??= now;
    if (now.getTime() - this.failingSince.getTime() >= PATIENCE_MS) return this.disable('failing');
    if (this.pausedUntil && this.pausedUntil > now) return;
    this.failures += 1;
    if (this.failures < BREAKER_AFTER) return;
    const pauseMs = Math.min(backoffMs(this.failures - BREAKER_AFTER + 1, random), LONGEST_PAUSE_MS);
    this.pausedUntil = new Date(now.getTime() + pauseMs);
  }

  disable(reason: DisabledReason): void {
    this.enabled = false;
    this.disabledReason = reason;
  }

  /** Starts over: whatever failed before no longer counts. */
  enable(): void {
    this.enabled = true;
    this.disabledReason = null;
    this.succeed();
  }

  private previousAt(now: Date): PreviousSecret[] {
    return this.previousSecrets.filter(({ expiresAt }) => Date.parse(expiresAt) > now.getTime());
  }
}
