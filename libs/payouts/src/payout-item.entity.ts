import { bigintColumn } from '@app/database';
import { Journal } from '@app/ledger';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Payout } from './payout.entity.js';

/**
 * A posting on the vendor's `vendor:available` account that a payout settled; none is settled twice. The payout's own first
 * submission is among them, so that the items of a payout sum to zero (but for what is too small to be transferred).
 */
@Entity('payout_items')
@Index('payout_items_payout', ['payoutId', 'journalId'])
@Check('payout_items_amount_check', 'amount <> 0')
export class PayoutItem {
  @ForeignKey(() => Journal, { name: 'payout_items_journal_fkey' })
  @PrimaryColumn('uuid', { name: 'journal_id', primaryKeyConstraintName: 'payout_items_pkey' })
  journalId: string;

  @ForeignKey(() => Payout, { name: 'payout_items_payout_fkey' })
  @Column('uuid', { name: 'payout_id' })
  payoutId: string;

  /** The posting's: debit positive, credit (what the vendor earned) negative. */
  @Column('bigint', { transformer: bigintColumn })
  amount: number;
}
