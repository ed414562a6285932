import { bigintColumn } from '@app/database';
import { money } from '@app/kernel';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { BalanceTransaction, BalanceTransactionType } from '../gateway-results.js';

/** One movement of the mock's balance, written with what caused it. */
@Entity('mock_gateway_balance_transactions')
@Check(
  'mock_gateway_balance_transactions_type_check',
  `type IN ('payment', 'refund', 'refund_failure', 'transfer', 'transfer_reversal', 'dispute', 'dispute_reversal')`,
)
@Index('mock_gateway_balance_transactions_created', ['createdAt', 'id'])
export class MockBalanceTransaction {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'mock_gateway_balance_transactions_pkey' })
  id: string;

  @Column('text')
  type: Exclude<BalanceTransactionType, 'bank' | 'other'>;

  @Column('text', { name: 'gateway_id' })
  gatewayId: string;

  @Column('bigint', { transformer: bigintColumn })
  net: number;

  @Column('char', { length: 3 })
  currency: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  /** From when on it counts towards what may be transferred. */
  @Column('timestamptz', { name: 'available_at' })
  availableAt: Date;

  toBalanceTransaction(): BalanceTransaction {
    const { id, type, gatewayId, createdAt } = this;
    return { id, type, gatewayId, net: money(this.net, this.currency), createdAt };
  }
}
