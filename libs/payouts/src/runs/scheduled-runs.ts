import { PAYOUT_SCHEDULES } from '@app/vendors';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { PayoutCalendar } from './payout-calendar.js';
import { PayoutRunsRepository } from './payout-runs.repository.js';
import { RunExecution } from './run-execution.js';

/** Starts the weekly and the monthly run when they are due. Safe in several processes: the row of the period is written once. */
@Injectable()
export class ScheduledRuns {
  constructor(
    private readonly calendar: PayoutCalendar,
    private readonly runs: PayoutRunsRepository,
    private readonly execution: RunExecution,
  ) {}

  @Cron('0 */5 * * * *', { name: 'start-payout-runs', waitForCompletion: true })
  async startDue(): Promise<void> {
    for (const schedule of PAYOUT_SCHEDULES.filter((each) => this.calendar.isDue(each))) {
      const run = this.calendar.begin({ schedule, vendorId: null, forced: false, requestedBy: null });
      if (await this.runs.saveScheduled(run)) await this.execution.execute(run);
    }
  }
}
