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

/** Runs what is due every few seconds, in each worker by itself; a run that takes longer than that is waited for. */
@Injectable()
export class ScheduleTimers implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly logger = new Logger(ScheduleTimers.name);
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly names: string[] = [];

  constructor(
    private readonly schedules: Schedules,
    private readonly registry: SchedulerRegistry,
  ) {}

  onApplicationBootstrap(): void {
    for (const options of this.schedules.all()) {
      if (!('everySeconds' in options)) continue;
      const { name, everySeconds } = options;
      this.names.push(name);
      this.registry.addInterval(
        name,
        setInterval(() => this.tick(name), everySeconds * 1_000),
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
      Promise.all(this.underWay.values()),
      sleep(FINISH_WITHIN_MS, undefined, { ref: false }),
    ]);
    if (this.underWay.size > 0)
      this.logger.warn(`not waited for any longer: ${[...this.underWay.keys()].join(', ')}`);
  }

  private tick(name: string): void {
    if (this.underWay.has(name)) return;
    const run = this.schedules
      .run(name)
      .then(() => undefined)
      .catch((error: unknown) => this.logger.error({ err: error }, `${name} failed and will be tried again`))
      .finally(() => this.underWay.delete(name));
    this.underWay.set(name, run);
  }
}
