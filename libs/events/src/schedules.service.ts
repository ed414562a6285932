import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { Subject } from 'rxjs';
import { Clock } from '@app/kernel';
import {
  scheduledMethods,
  type ScheduledMethodFound,
  type ScheduleOptions,
  type ScheduleReport,
} from './schedule.js';
import { ScheduleRun } from './schedule-run.entity.js';
import { ScheduleRunsRepository } from './schedule-runs.repository.js';

/** One that did not fail. */
export type CompletedRun = ScheduleRun & { readonly finishedAt: Date; readonly report: ScheduleReport };

/** Of an error message, as much as tells what happened. */
const ERROR_LENGTH = 1_000;

/** Every method marked `@Schedule`, and running them: when they are due, which is for others to say, or when an admin likes. */
@Injectable()
export class Schedules implements OnModuleInit {
  /** Tells of every run that ends in this process: for metrics. */
  readonly ended = new Subject<ScheduleRun>();
  private readonly logger = new Logger(Schedules.name);
  private readonly found = new Map<string, ScheduledMethodFound>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly runs: ScheduleRunsRepository,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    for (const found of scheduledMethods(this.discovery, this.scanner)) this.add(found);
  }

  /** By name. */
  all(): ScheduleOptions[] {
    return [...this.found.values()].map(({ options }) => options).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The last run of each schedule that ever ran, by name. */
  async lastRuns(): Promise<Map<string, ScheduleRun>> {
    return new Map((await this.runs.findAll()).map((run) => [run.name, run]));
  }

  /**
   * Runs it now, whether or not it is due, and beside any run that is under way.
   * @param requestedBy the admin; absent when it is due.
   * @throws Error for a name that is none; whatever the scheduled method throws.
   */
  async run(name: string, requestedBy?: string): Promise<CompletedRun> {
    const schedule = this.found.get(name);
    if (!schedule) throw new Error(`no schedule of this version is called ${name}`);
    const run = ScheduleRun.begin(name, requestedBy ?? null, this.clock.now());
    // What every worker does every other second is only worth a write when it finds something to do.
    const isRare = 'cron' in schedule.options || requestedBy !== undefined;
    if (isRare) await this.runs.save(run);
    const report = await schedule.method().catch((error: unknown) => this.fail(run, error));
    const completed = Object.assign(run, { report, finishedAt: this.clock.now() });
    this.ended.next(run);
    if (run.hasDoneSomething) this.logger.log(`${name}: ${told(report)}`);
    if (isRare || run.hasDoneSomething) await this.runs.save(run);
    return completed;
  }

  private async fail(run: ScheduleRun, error: unknown): Promise<never> {
    run.error = String(error).slice(0, ERROR_LENGTH);
    run.finishedAt = this.clock.now();
    this.ended.next(run);
    await this.runs
      .save(run)
      .catch((failure: unknown) =>
        this.logger.warn({ err: failure }, `nobody will know that ${run.name} failed`),
      );
    throw error;
  }

  private add(schedule: ScheduledMethodFound): void {
    const { name } = schedule.options;
    if (this.found.has(name)) throw new Error(`two schedules are called ${name}`);
    this.found.set(name, schedule);
  }
}

/** `12 completed, 0 failed` */
const told = (report: ScheduleReport): string =>
  Object.entries(report)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');
