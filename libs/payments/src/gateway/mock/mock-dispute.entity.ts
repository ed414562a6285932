import { bigintColumn } from '@app/database';
import { money } from '@app/kernel';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { DisputeOutcome } from '../gateway-results.js';
import { MockPayment } from './mock-payment.entity.js';

/** A dispute as the mock keeps it: the money is withdrawn from the first. */
@Entity('mock_gateway_disputes')
@Check('mock_gateway_disputes_status_check', `status IN ('open', 'won', 'lost')`)
export class MockDispute {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'mock_gateway_disputes_pkey' })
  id: string;

  @Index('mock_gateway_disputes_payment')
  @ForeignKey(() => MockPayment, { name: 'mock_gateway_disputes_payment_fkey' })
  @Column('text', { name: 'payment_id' })
  paymentId: string;

  @Column('bigint', { transformer: bigintColumn })
  amount: number;

  @Column('char', { length: 3 })
  currency: string;

  @Column('bigint', { transformer: bigintColumn })
  fee: number;

  @Column('text')
  reason: string;

  @Column('text')
  status: 'open' | 'won' | 'lost';

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  get outcome(): DisputeOutcome {
    const { id: gatewayDisputeId, paymentId: gatewayPaymentId, status, reason, currency } = this;
    return {
      status,
      gatewayDisputeId,
      gatewayPaymentId,
      reason,
      amount: money(this.amount, currency),
      fee: money(this.fee, currency),
      feeReturned: money(0, currency),
    };
  }
}
