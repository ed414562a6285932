import { bigintColumn } from '@app/database';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { MockPayment } from './mock-payment.entity.js';

/** A refund as the mock keeps it. */
@Entity('mock_gateway_refunds')
@Check('mock_gateway_refunds_status_check', `status IN ('succeeded', 'failed')`)
export class MockRefund {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'mock_gateway_refunds_pkey' })
  id: string;

  @Index('mock_gateway_refunds_payment')
  @ForeignKey(() => MockPayment, { name: 'mock_gateway_refunds_payment_fkey' })
  @Column('text', { name: 'payment_id' })
  paymentId: string;

  @Column('bigint', { transformer: bigintColumn })
  amount: number;

  @Column('text')
  status: 'succeeded' | 'failed';

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
