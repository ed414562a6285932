import { LedgerModule } from '@app/ledger';
import { VendorsModule } from '@app/vendors';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AdminPayoutsController } from './admin-payouts.controller.js';
import { BalancesController } from './balances.controller.js';
import { PayoutItem } from './payout-item.entity.js';
import { PayoutMinimums } from './paying/payout-minimums.js';
import { PayoutRecovery } from './paying/payout-recovery.service.js';
import { PayoutRetries } from './paying/payout-retries.service.js';
import { PayoutReversals } from './paying/payout-reversals.service.js';
import { PayoutSender } from './paying/payout-sender.js';
import { PayoutSettlement } from './paying/payout-settlement.js';
import { PayoutSubmission } from './paying/payout-submission.js';
import { Payout } from './payout.entity.js';
import { PayoutsController } from './payouts.controller.js';
import { PayoutsIntegrity } from './payouts.integrity.js';
import { PayoutsRepository } from './payouts.repository.js';
import { Payouts } from './payouts.service.js';
import { PayoutCalendar } from './runs/payout-calendar.js';
import { PayoutRun } from './runs/payout-run.entity.js';
import { PayoutRunsRepository } from './runs/payout-runs.repository.js';
import { PayoutRuns } from './runs/payout-runs.service.js';
import { RunExecution } from './runs/run-execution.js';
import { RunRecovery } from './runs/run-recovery.service.js';
import { ScheduledRuns } from './runs/scheduled-runs.js';
import { TransferNews } from './paying/transfer-news.job.js';
import { StatementsController } from './statements/statements.controller.js';
import { WriteOff } from './write-offs/write-off.entity.js';
import { WriteOffsController } from './write-offs/write-offs.controller.js';
import { WriteOffs } from './write-offs/write-offs.service.js';

const steps = [PayoutSubmission, PayoutSender, PayoutSettlement, PayoutRecovery];
const runs = [PayoutCalendar, PayoutRuns, PayoutRunsRepository, RunExecution, RunRecovery, ScheduledRuns];

/** What vendors are owed, and paying it. The gateway comes from the global PaymentsModule. */
@Module({
  imports: [TypeOrmModule.forFeature([Payout, PayoutItem, PayoutRun, WriteOff]), LedgerModule, VendorsModule],
  controllers: [
    AdminPayoutsController,
    BalancesController,
    PayoutsController,
    StatementsController,
    WriteOffsController,
  ],
  providers: [
    ...steps,
    ...runs,
    PayoutMinimums,
    PayoutRetries,
    PayoutReversals,
    Payouts,
    PayoutsIntegrity,
    PayoutsRepository,
    TransferNews,
    WriteOffs,
  ],
  exports: [PayoutRecovery, PayoutsIntegrity, PayoutsRepository, RunRecovery, ScheduledRuns],
})
export class PayoutsModule {}
