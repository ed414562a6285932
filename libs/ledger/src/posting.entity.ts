import { bigintColumn } from '@app/database';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Journal } from './journal.entity.js';
import { LedgerAccount } from './ledger-account.entity.js';

/** What one journal does to one account. */
@Entity('postings')
@Check('postings_amount_check', 'amount <> 0')
// Also includes the amount, which TypeORM cannot say: balances are read from the index alone.
@Index('postings_account', { synchronize: false })
export class Posting {
  @ForeignKey(() => Journal, { name: 'postings_journal_fkey' })
  @PrimaryColumn('uuid', { name: 'journal_id', primaryKeyConstraintName: 'postings_pkey' })
  journalId: string;

  @ForeignKey(() => LedgerAccount, { name: 'postings_account_fkey' })
  @PrimaryColumn('uuid', { name: 'account_id', primaryKeyConstraintName: 'postings_pkey' })
  accountId: string;

  /** Signed minor units of the account's currency: debit positive, credit negative. */
  @Column('bigint', { transformer: bigintColumn })
  amount: number;
}
