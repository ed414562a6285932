import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Schedules } from './schedules.service.js';

/** Runs what is due every few seconds, in each worker by itself; a run that takes longer than that is waited for. */
@Injectable()
export class ScheduleTimers implements OnApplicationBootstrap, OnModuleDestroy {
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

  /** Before the database goes, which @nestjs/schedule, stopping later and waiting for nothing, would not see to. */
  async onModuleDestroy(): Promise<void> {
    for (const name of this.names.splice(0)) this.registry.deleteInterval(name);
    await Promise.all(this.underWay.values());
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
