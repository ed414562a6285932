import { SetMetadata } from '@nestjs/common';

/** What a run did, in numbers: `{ completed: 12, failed: 0 }`. */
export type ScheduleReport = Readonly<Record<string, number>>;

/**
 * When a schedule is due: by graphile-worker's cron (UTC, one minute steps, one worker of all), or in every worker, more often than
 * that. What passed while no worker lived is not made up for: a schedule finds what is due in the data.
 */
export type Rhythm = { readonly cron: string } | { readonly everySeconds: number };

export type ScheduleOptions = Rhythm & {
  /** kebab-case; how admins call it. */
  readonly name: string;
  /** One sentence for them. */
  readonly summary: string;
};

export const SCHEDULE = 'travellr:schedule';

/** Answers what a scheduled method is: safe in several processes at once, safe to run twice, bounded in what it takes up at a time. */
export type ScheduledMethod = () => Promise<ScheduleReport>;

/**
 * Marks a method without parameters that workers run again and again, and admins when they like (`POST /admin/jobs/{name}/run`).
 * @example @Schedule({ name: 'complete-bookings', cron: '* * * * *', summary: 'Completes bookings whose departure is over' })
 */
export const Schedule =
  (options: ScheduleOptions) =>
  (target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<ScheduledMethod>): void => {
    SetMetadata(SCHEDULE, options)(target, key, descriptor);
  };
