import { bigintColumn } from '@app/database';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { GatewayFailure, RefundOutcome } from '../gateway-results.js';
import { MockPayment } from './mock-payment.entity.js';
import { CARD_UNREACHABLE } from './mock-payment-methods.js';

/** A refund as the mock keeps it. One that waits has left the balance already. */
@Entity('mock_gateway_refunds')
@Check('mock_gateway_refunds_status_check', `status IN ('pending', 'succeeded', 'failed')`)
export class MockRefund {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'mock_gateway_refunds_pkey' })
  id: string;

  @Index('mock_gateway_refunds_payment')
  @ForeignKey(() => MockPayment, { name: 'mock_gateway_refunds_payment_fkey' })
  @Column('text', { name: 'payment_id' })
  paymentId: string;

  /** Whoever asked for it knows it by this. */
  @Column('text', { name: 'refund_id', nullable: true })
  refundId: string | null;

  @Column('bigint', { transformer: bigintColumn })
  amount: number;

  @Column('text')
  status: 'pending' | 'succeeded' | 'failed';

  @Column('jsonb', { nullable: true })
  failure: GatewayFailure | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  get outcome(): RefundOutcome {
    const { status, id: gatewayRefundId } = this;
    if (status !== 'failed') return { status, gatewayRefundId };
    return { status, gatewayRefundId, failure: this.failure ?? CARD_UNREACHABLE };
  }
}
