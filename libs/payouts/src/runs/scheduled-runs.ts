import { Schedule, type ScheduleReport } from '@app/events';
import { PAYOUT_SCHEDULES } from '@app/vendors';
import { Injectable } from '@nestjs/common';
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

  @Schedule({
    name: 'start-payout-runs',
    cron: '*/5 * * * *',
    lane: 'gateway',
    summary: 'Pays vendors: weekly from Monday 08:00, monthly from the first 00:00, on the platform’s clocks',
  })
  async startDue(): Promise<ScheduleReport> {
    let started = 0;
    for (const schedule of PAYOUT_SCHEDULES.filter((each) => this.calendar.isDue(each))) {
      const run = this.calendar.begin({ schedule, vendorId: null, forced: false, requestedBy: null });
      if (!(await this.runs.saveScheduled(run))) continue;
      started += 1;
      await this.execution.execute(run);
    }
    return { started };
  }
}
