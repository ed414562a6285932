import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';

/** Stops the sweeps and waits for those under way, which need the database: @nestjs/schedule stops them later, and does not wait. */
@Injectable()
export class Sweeps implements OnModuleDestroy {
  constructor(private readonly schedules: SchedulerRegistry) {}

  async onModuleDestroy(): Promise<void> {
    await Promise.all([...this.schedules.getCronJobs().values()].map((job) => job.stop()));
  }
}
