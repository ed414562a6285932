export {
  PLATFORM_ACCOUNTS,
  VENDOR_ACCOUNTS,
  type Account,
  type PlatformAccount,
  type VendorAccount,
} from './accounts.js';
export { AccountList, type AccountBalance, type AccountFilter } from './account-list.js';
export { commissionOf, commissionReversed } from './commission.js';
export {
  credit,
  debit,
  JOURNAL_KINDS,
  type JournalEntry,
  type JournalKind,
  type Line,
  type SourceType,
} from './journal-entry.js';
export {
  insertJournals,
  insertPostings,
  journalRows,
  lineRows,
  numbered,
  resolveLines,
} from './journal-statement.js';
export { Journal } from './journal.entity.js';
export {
  JournalLog,
  type JournalFilter,
  type JournalKey,
  type LoggedJournal,
  type LoggedPosting,
} from './journal-log.js';
export { disputeLost, disputeWithdrawn, disputeWon } from './dispute-journals.js';
export {
  converted,
  gatewayFee,
  paymentSucceeded,
  refundAbandoned,
  refundCreated,
  refundFailedLater,
  refundSettled,
  releaseRemaining,
} from './journals.js';
export {
  balanceWrittenOff,
  payoutFailed,
  payoutPaid,
  payoutReturned,
  payoutSubmitted,
} from './payout-journals.js';
export { type Remaining } from './remaining.js';
export { LedgerAccount } from './ledger-account.entity.js';
export { LedgerIntegrity } from './ledger.integrity.js';
export { LedgerModule } from './ledger.module.js';
export { Ledger } from './ledger.service.js';
export { Posting } from './posting.entity.js';
export { Statements, type TrialBalance, type VendorBalance } from './statements.service.js';
export {
  STATEMENT_ACCOUNTS,
  VendorStatement,
  type Movement,
  type StatementAccount,
  type StatementFilter,
  type StatementKey,
} from './vendor-statement.js';
