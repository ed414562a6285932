import { parseCronItems, type ParsedCronItem } from 'graphile-worker';
import type { JobHandler } from './jobs.js';
import type { Lane } from './lane.js';
import type { Schedules } from './schedules.service.js';

/** The schedules of one lane that graphile-worker's cron keeps: as jobs by name, and when they are due. */
export interface Crons {
  readonly jobs: ReadonlyMap<string, JobHandler<object>>;
  readonly items: ParsedCronItem[];
}

/**
 * However many workers see the minute begin, one of them queues the job; however long a run takes, one is under way and one waits:
 * they share a queue, which works them off one by one, and a job key, by which the next replaces the one that still waits.
 * @throws Error for what is no cron expression.
 */
export function cronsOf(schedules: Schedules, of: Lane): Crons {
  const due = schedules
    .all()
    .flatMap((options) => ('cron' in options && (options.lane ?? 'work') === of ? [options] : []));
  const jobs = due.map(({ name }) => [name, { run: async () => void (await schedules.run(name)) }] as const);
  const items = due.map(({ name, cron }) => ({
    task: name,
    identifier: name,
    match: cron,
    options: {
      queueName: `schedule:${name}`,
      jobKey: `schedule:${name}`,
      // Else a job that waits for a free worker would move to the end of the line every minute.
      jobKeyMode: 'preserve_run_at' as const,
    },
  }));
  return { jobs: new Map(jobs), items: parseCronItems(items) };
}
