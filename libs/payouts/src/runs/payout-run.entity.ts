import { newId } from '@app/kernel';
import { Vendor, type PayoutSchedule } from '@app/vendors';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Why a vendor got nothing of a run. Stable: clients read it. */
export interface Skipped {
  readonly vendorId: string;
  /** Absent when it holds for the vendor whatever the currency. */
  readonly currency?: string;
  readonly reason: string;
}

/** One going round of the vendors who are due. */
@Entity('payout_runs')
@Index('payout_runs_scheduled_key', ['period'], { unique: true, where: 'requested_by IS NULL' })
@Index('payout_runs_unfinished', ['updatedAt'], { where: 'completed_at IS NULL' })
@Check('payout_runs_schedule_check', `schedule IN ('weekly', 'monthly')`)
@Check('payout_runs_completed_check', '(completed_at IS NULL) = (skipped IS NULL)')
export class PayoutRun {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'payout_runs_pkey' })
  id: string;

  @Column('text')
  schedule: PayoutSchedule;

  /** The label of its payouts' period. */
  @Column('text')
  period: string;

  /** The only vendor it is for; null: all who are due. */
  @Index('payout_runs_vendor')
  @ForeignKey(() => Vendor, { name: 'payout_runs_vendor_fkey' })
  @Column('uuid', { name: 'vendor_id', nullable: true })
  vendorId: string | null;

  /** Off cycle: whatever the vendor's schedule, and beside the period's own payout. */
  @Column('boolean')
  forced: boolean;

  /** The admin; null when it is a scheduled one. */
  @Column('uuid', { name: 'requested_by', nullable: true })
  requestedBy: string | null;

  /** Known once it is completed. */
  @Column('jsonb', { nullable: true })
  skipped: readonly Skipped[] | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  /** When somebody last worked on it. */
  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;

  @Column('timestamptz', { name: 'completed_at', nullable: true })
  completedAt: Date | null;

  /** @param run its period unless it is forced, which makes a period of its own. */
  static begin(
    run: Pick<PayoutRun, 'schedule' | 'period' | 'vendorId' | 'forced' | 'requestedBy'>,
    now: Date,
  ): PayoutRun {
    const id = newId();
    return Object.assign(new PayoutRun(), {
      id,
      ...run,
      period: run.forced ? `adhoc-${id}` : run.period,
      skipped: null,
      createdAt: now,
      updatedAt: now,
      completedAt: null,
    } satisfies Partial<PayoutRun>);
  }
}
