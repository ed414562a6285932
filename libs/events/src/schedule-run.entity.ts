import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import type { ScheduleReport } from './schedule.js';

/** The last run of a schedule: one row for each, whoever ran it. */
@Entity('schedule_runs')
@Check('schedule_runs_finished_check', 'num_nonnulls(report, error) = num_nonnulls(finished_at)')
export class ScheduleRun {
  /** The schedule's. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'schedule_runs_pkey' })
  name: string;

  /** The admin who asked for it; null when it was due. */
  @Column('uuid', { name: 'requested_by', nullable: true })
  requestedBy: string | null;

  @Column('timestamptz', { name: 'started_at' })
  startedAt: Date;

  /** Null while it runs, and when its process died on the way. */
  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;

  @Column('jsonb', { nullable: true })
  report: ScheduleReport | null;

  /** Why it ended without a report. */
  @Column('text', { nullable: true })
  error: string | null;

  static begin(name: string, requestedBy: string | null, now: Date): ScheduleRun {
    const run = { name, requestedBy, startedAt: now, finishedAt: null, report: null, error: null };
    return Object.assign(new ScheduleRun(), run);
  }

  /** Whether it found anything to do. */
  get hasDoneSomething(): boolean {
    return Object.values(this.report ?? {}).some((count) => count !== 0);
  }
}
