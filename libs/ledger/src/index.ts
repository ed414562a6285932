export {
  PLATFORM_ACCOUNTS,
  VENDOR_ACCOUNTS,
  type Account,
  type PlatformAccount,
  type VendorAccount,
} from './accounts.js';
export { commissionOf, commissionReversed } from './commission.js';
export {
  credit,
  debit,
  type JournalEntry,
  type JournalKind,
  type Line,
  type SourceType,
} from './journal-entry.js';
export { Journal } from './journal.entity.js';
export {
  gatewayFee,
  paymentSucceeded,
  refundAbandoned,
  refundCreated,
  refundFailedLater,
  refundSettled,
  releaseRemaining,
  type Remaining,
} from './journals.js';
export { LedgerAccount } from './ledger-account.entity.js';
export { LedgerIntegrity } from './ledger.integrity.js';
export { LedgerModule } from './ledger.module.js';
export { Ledger } from './ledger.service.js';
export { Posting } from './posting.entity.js';
export { Statements, type TrialBalance, type VendorBalance } from './statements.service.js';
