import { bigintColumn } from '@app/database';
import { money, newId, type Money } from '@app/kernel';
import type { GatewayFailure } from '@app/payments';
import { Vendor } from '@app/vendors';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { PAYOUT_TRANSITIONS, type PayoutStatus } from './payout-status.js';
import { PayoutRun } from './runs/payout-run.entity.js';

/** What a vendor was paid of his balance in one currency and period. Amounts are minor units of `currency`. */
@Entity('payouts')
@Unique('payouts_period_key', ['vendorId', 'currency', 'period'])
@Unique('payouts_gateway_key', ['gateway', 'gatewayTransferId'])
@Unique('payouts_reversal_key', ['reversalId'])
@Index('payouts_vendor', ['vendorId', 'id'])
@Index('payouts_run', ['runId', 'id'])
@Index('payouts_status', ['status', 'id'])
@Index('payouts_unfinished', ['updatedAt'], {
  where: `status IN ('pending', 'in_transit') OR (status = 'paid' AND reversal_id IS NOT NULL)`,
})
@Check('payouts_amount_check', 'amount > 0')
@Check('payouts_status_check', `status IN ('pending', 'in_transit', 'paid', 'failed', 'returned')`)
@Check(
  'payouts_reversed_check',
  `reversed BETWEEN 0 AND amount AND (status = 'returned') = (reversed = amount)
   AND (reversed = 0 OR status IN ('paid', 'returned'))`,
)
@Check(
  'payouts_paid_check',
  `(status IN ('paid', 'returned')) = (paid_at IS NOT NULL) AND (paid_at IS NULL) = (gateway_transfer_id IS NULL)`,
)
@Check('payouts_reversal_check', 'num_nulls(reversal_id, reversal_reason, reversal_requested_at) IN (0, 3)')
export class Payout {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'payouts_pkey' })
  id: string;

  @ForeignKey(() => Vendor, { name: 'payouts_vendor_fkey' })
  @Column('uuid', { name: 'vendor_id' })
  vendorId: string;

  @ForeignKey(() => PayoutRun, { name: 'payouts_run_fkey' })
  @Column('uuid', { name: 'run_id' })
  runId: string;

  @Column('char', { length: 3 })
  currency: string;

  /** `2027-W02`, `2027-01`, or of an off-cycle run `adhoc-<run id>`. It only makes the payout once. */
  @Column('text')
  period: string;

  @Column('bigint', { transformer: bigintColumn })
  amount: number;

  @Column('text')
  status: PayoutStatus;

  /** Raised when a failed one is tried again, so that the gateway's key is a new one. */
  @Column('integer', { default: 1 })
  attempt: number;

  /** Whose ids the account's and the transfer's are. */
  @Column('text')
  gateway: string;

  /** The vendor's account at the gateway, as it was when the attempt was begun. */
  @Column('text', { name: 'account_id' })
  accountId: string;

  @Column('text', { name: 'gateway_transfer_id', nullable: true })
  gatewayTransferId: string | null;

  /** How much of it has come back. */
  @Column('bigint', { default: 0, transformer: bigintColumn })
  reversed: number;

  /** One for each request to fetch it back; while the payout is `paid`, that request is under way. */
  @Column('uuid', { name: 'reversal_id', nullable: true })
  reversalId: string | null;

  @Column('text', { name: 'reversal_reason', nullable: true })
  reversalReason: string | null;

  @Column('timestamptz', { name: 'reversal_requested_at', nullable: true })
  reversalRequestedAt: Date | null;

  @Column('text', { name: 'failure_code', nullable: true })
  failureCode: string | null;

  @Column('text', { name: 'failure_message', nullable: true })
  failureMessage: string | null;

  @Column('text', { name: 'failure_request_id', nullable: true })
  failureRequestId: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;

  @Column('timestamptz', { name: 'paid_at', nullable: true })
  paidAt: Date | null;

  static begin(
    payout: Pick<Payout, 'vendorId' | 'runId' | 'currency' | 'period' | 'amount' | 'gateway' | 'accountId'>,
    now: Date,
  ): Payout {
    return Object.assign(new Payout(), {
      id: newId(),
      ...payout,
      status: 'pending',
      attempt: 1,
      gatewayTransferId: null,
      reversed: 0,
      reversalId: null,
      reversalReason: null,
      reversalRequestedAt: null,
      failureCode: null,
      failureMessage: null,
      failureRequestId: null,
      createdAt: now,
      updatedAt: now,
      paidAt: null,
    } satisfies Partial<Payout>);
  }

  get money(): Money {
    return money(this.amount, this.currency);
  }

  /** Names the attempt at the gateway, and makes it once there. */
  get transferGroup(): string {
    return `payout:${this.id}:${this.attempt}`;
  }

  /** @throws Error before it has arrived. */
  get transferId(): string {
    if (this.gatewayTransferId === null)
      throw new Error(`payout ${this.id} is ${this.status}: it has no transfer`);
    return this.gatewayTransferId;
  }

  /** What is still with the vendor of a payout that arrived. */
  get left(): Money {
    return money(this.amount - this.reversed, this.currency);
  }

  get isReturned(): boolean {
    return this.status === 'returned';
  }

  get isReversing(): boolean {
    return this.status === 'paid' && this.reversalId !== null;
  }

  arrive(gatewayTransferId: string, now: Date): void {
    this.move('paid', now);
    this.gatewayTransferId = gatewayTransferId;
    this.paidAt = now;
  }

  refuse({ code, message, requestId }: GatewayFailure, now: Date): void {
    this.move('failed', now);
    this.failureCode = code;
    this.failureMessage = message;
    this.failureRequestId = requestId ?? null;
  }

  retry(destination: Pick<Payout, 'gateway' | 'accountId'>, now: Date): void {
    this.move('pending', now);
    this.attempt += 1;
    Object.assign(this, destination);
    this.failureCode = this.failureMessage = this.failureRequestId = null;
  }

  /** @param reversed how much has come back in all. @returns what came back since this was last told. */
  takeBack(reversed: number, now: Date): Money {
    const since = Math.max(0, reversed - this.reversed);
    this.reversed += since;
    if (this.reversed === this.amount && this.status === 'paid') this.move('returned', now);
    return money(since, this.currency);
  }

  /** @returns the id of the request. */
  requestReversal(reason: string, now: Date): string {
    const id = (this.reversalId = newId());
    this.reversalReason = reason;
    this.reversalRequestedAt = this.updatedAt = now;
    return id;
  }

  dropReversal(now: Date): void {
    this.reversalId = this.reversalReason = this.reversalRequestedAt = null;
    this.updatedAt = now;
  }

  private move(to: PayoutStatus, now: Date): void {
    if (!PAYOUT_TRANSITIONS[this.status].includes(to))
      throw new Error(`payout ${this.id} is ${this.status} and cannot become ${to}`);
    this.status = to;
    this.updatedAt = now;
  }
}
