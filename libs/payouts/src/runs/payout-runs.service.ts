import { Transactor } from '@app/database';
import { InvalidRequest, ResourceNotFound, type Alongside } from '@app/http';
import { Vendors, type PayoutSchedule } from '@app/vendors';
import { Injectable } from '@nestjs/common';
import type { Payout } from '../payout.entity.js';
import { PayoutsRepository } from '../payouts.repository.js';
import { PayoutCalendar } from './payout-calendar.js';
import type { PayoutRun, Skipped } from './payout-run.entity.js';
import { PayoutRunsRepository } from './payout-runs.repository.js';
import { RunExecution } from './run-execution.js';

export interface RunOrder {
  /** Absent: every vendor who is due. */
  readonly vendorId?: string;
  /** Absent: the named vendor's own, else weekly. */
  readonly period?: PayoutSchedule;
  readonly force?: boolean;
}

export interface RunResult {
  readonly run: PayoutRun;
  /** As they are now. */
  readonly payouts: readonly Payout[];
  readonly skipped: readonly Skipped[];
}

/** Payout runs that an admin asks for. */
@Injectable()
export class PayoutRuns {
  constructor(
    private readonly transactor: Transactor,
    private readonly runs: PayoutRunsRepository,
    private readonly payouts: PayoutsRepository,
    private readonly execution: RunExecution,
    private readonly vendors: Vendors,
    private readonly calendar: PayoutCalendar,
  ) {}

  /** @throws ResourceNotFound; InvalidRequest for a forced run without a period */
  async start(requestedBy: string, order: RunOrder, alongside: Alongside): Promise<RunResult> {
    const { vendorId = null, force = false } = order;
    if (force && !order.period) throw InvalidRequest.field('period', 'must be given when force is true');
    const vendor = vendorId === null ? null : await this.vendors.find(vendorId);
    if (vendorId !== null && !vendor) throw new ResourceNotFound('vendor', vendorId);
    const schedule = order.period ?? vendor?.payoutSchedule ?? 'weekly';
    const run = this.calendar.begin({ schedule, vendorId, forced: force, requestedBy });
    await this.transactor.run(async (tx) => {
      await this.runs.save(run, tx);
      await alongside(run.id, tx);
    });
    return this.finish(run);
  }

  /** For a request that is repeated: goes on where the first was interrupted, and pays nothing again. */
  async resume(id: string): Promise<RunResult> {
    return this.finish(await this.runs.get(id));
  }

  private async finish(run: PayoutRun): Promise<RunResult> {
    const skipped = run.skipped ?? (await this.execution.execute(run));
    return { run, payouts: await this.payouts.findByRun(run.id), skipped };
  }
}
