export { PayoutItem } from './payout-item.entity.js';
export { PayoutRecovery } from './paying/payout-recovery.service.js';
export { PAYOUT_STATUSES, type PayoutStatus } from './payout-status.js';
export { Payout } from './payout.entity.js';
export {
  PayoutExceedsBalance,
  PayoutNotFailed,
  PayoutNotReversible,
  ReversalRefused,
  VendorNotPayable,
} from './payout.errors.js';
export { PayoutsIntegrity } from './payouts.integrity.js';
export { PayoutsModule } from './payouts.module.js';
export { PayoutsRepository } from './payouts.repository.js';
export { PayoutRun } from './runs/payout-run.entity.js';
export { RunRecovery } from './runs/run-recovery.service.js';
export { ScheduledRuns } from './runs/scheduled-runs.js';
export { BalanceNotNegative } from './write-offs/write-off.errors.js';
export { WriteOff } from './write-offs/write-off.entity.js';
export {
  BREAK_KINDS,
  type Break,
  type BreakKind,
  type ReconciliationReport,
} from './reconciliation/reconciliation-report.js';
export { ReconciliationModule } from './reconciliation/reconciliation.module.js';
export { Reconciliation } from './reconciliation/reconciliation.service.js';
