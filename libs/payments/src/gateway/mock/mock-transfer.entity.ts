import { bigintColumn } from '@app/database';
import { money } from '@app/kernel';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { TransferOutcome } from '../gateway-results.js';
import type { Transfer } from '../payment-gateway.js';
import { MockAccount } from './mock-account.entity.js';

/** A transfer to a vendor's account as the mock keeps it. */
@Entity('mock_gateway_transfers')
@Check('mock_gateway_transfers_amount_check', 'amount > 0')
@Check('mock_gateway_transfers_reversed_check', 'reversed >= 0 AND reversed <= amount')
@Unique('mock_gateway_transfers_group_key', ['group'])
export class MockTransfer {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'mock_gateway_transfers_pkey' })
  id: string;

  @Index('mock_gateway_transfers_account')
  @ForeignKey(() => MockAccount, { name: 'mock_gateway_transfers_account_fkey' })
  @Column('text', { name: 'account_id' })
  accountId: string;

  @Column('text', { name: 'transfer_group' })
  group: string;

  @Column('bigint', { transformer: bigintColumn })
  amount: number;

  @Column('char', { length: 3 })
  currency: string;

  @Column('bigint', { transformer: bigintColumn })
  reversed: number;

  @Column('jsonb')
  metadata: Transfer['metadata'];

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  get outcome(): TransferOutcome {
    return {
      status: 'paid',
      gatewayTransferId: this.id,
      reversed: money(this.reversed, this.currency),
    };
  }
}
