import { SetMetadata } from '@nestjs/common';
import type { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { Lane } from './lane.js';

/** What a run did, in numbers: `{ completed: 12, failed: 0 }`. */
export type ScheduleReport = Readonly<Record<string, number>>;

/**
 * When a schedule is due: by graphile-worker's cron (UTC, one minute steps, one worker of all), or in every worker, more often than
 * that. What passed while no worker lived is not made up for: a schedule finds what is due in the data.
 */
export type Rhythm =
  | { readonly cron: string; /** `work` unless it calls somebody who may be slow. */ readonly lane?: Lane }
  | {
      readonly everySeconds: number;
      readonly lane?: undefined;
      /**
       * Runs under way in a worker at a time, 1 unless given; those that are due beyond it are left out. More for what calls somebody who may
       * be slow: one call that hangs keeps what is due meanwhile waiting no longer than everySeconds.
       */
      readonly atOnce?: number;
    };

export type ScheduleOptions = Rhythm & {
  /** kebab-case; how admins call it. */
  readonly name: string;
  /** One sentence for them. */
  readonly summary: string;
};

const SCHEDULE = 'travellr:schedule';

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

export interface ScheduledMethodFound {
  readonly options: ScheduleOptions;
  readonly method: ScheduledMethod;
}

/** Every method marked `@Schedule` in the application. */
export function scheduledMethods(
  discovery: DiscoveryService,
  scanner: MetadataScanner,
): ScheduledMethodFound[] {
  return discovery.getProviders().flatMap(({ instance }) => {
    if (typeof instance !== 'object' || instance === null) return [];
    return scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object).flatMap((key) => {
      const method = (instance as Record<string, ScheduledMethod>)[key] as ScheduledMethod;
      const options = Reflect.getMetadata(SCHEDULE, method) as ScheduleOptions | undefined;
      return options ? [{ options, method: () => method.call(instance) }] : [];
    });
  });
}
