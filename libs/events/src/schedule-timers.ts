import { setTimeout as sleep } from 'node:timers/promises';
import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Schedules } from './schedules.service.js';

/** As the jobs at work have: by then whoever stops us may be about to kill us. Everything scheduled may be interrupted anywhere. */
const FINISH_WITHIN_MS = 3_000;

/** Runs what is due every few seconds, in each worker by itself; one that has as many runs under way as it may is left out. */
@Injectable()
export class ScheduleTimers implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly logger = new Logger(ScheduleTimers.name);
  private readonly underWay = new Map<Promise<void>, string>();
  private readonly names: string[] = [];

  constructor(
    private readonly schedules: Schedules,
    private readonly registry: SchedulerRegistry,
  ) {}

  onApplicationBootstrap(): void {
    for (const options of this.schedules.all()) {
      if (!('everySeconds' in options)) continue;
      const { name, everySeconds, atOnce = 1 } = options;
      this.names.push(name);
      this.registry.addInterval(
        name,
        setInterval(() => this.tick(name, atOnce), everySeconds * 1_000),
      );
    }
  }

  /** Waits for nothing: until all of these have returned, Nest lets nobody stop, and the worker would go on to begin jobs. */
  onModuleDestroy(): void {
    for (const name of this.names.splice(0)) this.registry.deleteInterval(name);
  }

  /** Beside the jobs at work, and before the database goes, which @nestjs/schedule would not see to. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.race([
      Promise.all(this.underWay.keys()),
      sleep(FINISH_WITHIN_MS, undefined, { ref: false }),
    ]);
    if (this.underWay.size > 0)
      this.logger.warn(`not waited for any longer: ${[...new Set(this.underWay.values())].join(', ')}`);
  }

  private tick(name: string, atOnce: number): void {
    if ([...this.underWay.values()].filter((each) => each === name).length >= atOnce) return;
    const run: Promise<void> = this.schedules
      .run(name)
      .then(() => undefined)
      .catch((error: unknown) => this.logger.error({ err: error }, `${name} failed and will be tried again`))
      .finally(() => this.underWay.delete(run));
    this.underWay.set(run, name);
  }
}
