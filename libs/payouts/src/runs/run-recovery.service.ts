import { Transactor } from '@app/database';
import { Schedule, type ScheduleReport } from '@app/events';
import { Clock } from '@app/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { PayoutRunsRepository } from './payout-runs.repository.js';
import { RunExecution } from './run-execution.js';

/** Longer than a batch of vendors takes while the gateway is slow. Taken up too early, a run pays nobody twice. */
const UNTOUCHED_MS = 60_000;
/** Taken up at a time; the others wait for the next sweep. */
const BATCH_SIZE = 2;

/** Finishes payout runs whose process died on the way. */
@Injectable()
export class RunRecovery {
  private readonly logger = new Logger(RunRecovery.name);

  constructor(
    private readonly transactor: Transactor,
    private readonly runs: PayoutRunsRepository,
    private readonly execution: RunExecution,
    private readonly clock: Clock,
  ) {}

  @Schedule({
    name: 'recover-payout-runs',
    everySeconds: 5,
    summary: 'Finishes payout runs whose process died on the way',
  })
  async sweep(): Promise<ScheduleReport> {
    const now = this.clock.now();
    const claim = { before: new Date(now.getTime() - UNTOUCHED_MS), now, limit: BATCH_SIZE };
    const interrupted = await this.transactor.run((tx) => this.runs.claimUnfinished(claim, tx));
    for (const run of interrupted) {
      await this.execution
        .execute(run)
        .catch((error: unknown) =>
          this.logger.error({ err: error }, `payout run ${run.id} could not be finished yet`),
        );
    }
    return { runs: interrupted.length };
  }
}
