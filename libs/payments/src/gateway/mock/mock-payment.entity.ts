import { bigintColumn } from '@app/database';
import { money, newId, shareOf, type Money } from '@app/kernel';
import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import type { GatewayMetadata } from '../payment-gateway.js';
import type { GatewayFailure, PaymentOutcome } from '../gateway-results.js';
import { mockId } from './mock-id.js';
import { AUTHENTICATION_FAILED } from './mock-payment-methods.js';

type MockPaymentStatus = 'created' | 'requires_action' | 'succeeded' | 'declined' | 'canceled';

/** Like a usual card rate: 2.9 % rounded down, and 30 minor units of whatever the currency is; never more than the charge. */
const FEE = { basisPoints: 290, fixed: 30 } as const;

/** A payment intent as the mock keeps it. */
@Entity('mock_gateway_payments')
@Check(
  'mock_gateway_payments_status_check',
  `status IN ('created', 'requires_action', 'succeeded', 'declined', 'canceled')`,
)
@Check('mock_gateway_payments_refunded_check', 'refunded >= 0 AND refunded <= amount')
export class MockPayment {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'mock_gateway_payments_pkey' })
  id: string;

  @Column('bigint', { transformer: bigintColumn })
  amount: number;

  @Column('char', { length: 3 })
  currency: string;

  @Column('text', { name: 'payment_method' })
  paymentMethod: string;

  @Column('text')
  status: MockPaymentStatus;

  @Column('text', { name: 'client_secret' })
  clientSecret: string;

  @Column('bigint', { default: 0, transformer: bigintColumn })
  refunded: number;

  @Column('jsonb', { nullable: true })
  failure: GatewayFailure | null;

  @Column('jsonb')
  metadata: GatewayMetadata;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  /** A payment method has been given; nobody is charged before it is confirmed. */
  static create(
    { amount, ...given }: { amount: Money; paymentMethod: string; metadata: GatewayMetadata },
    now: Date,
  ): MockPayment {
    const id = mockId('pi');
    return Object.assign(new MockPayment(), {
      id,
      ...amount,
      ...given,
      status: 'created',
      clientSecret: `${id}_secret_${newId()}`,
      refunded: 0,
      failure: null,
      createdAt: now,
    } satisfies Partial<MockPayment>);
  }

  charge(): void {
    this.status = 'succeeded';
    this.failure = null;
  }

  decline(failure: GatewayFailure): void {
    this.status = 'declined';
    this.failure = failure;
  }

  /** @returns whether anything came of it: it is too late once the money has moved. */
  cancel(): boolean {
    if (this.status === 'succeeded' || this.status === 'canceled') return false;
    this.status = 'canceled';
    return true;
  }

  /** What the mock keeps of a charge. */
  get fee(): number {
    return Math.min(this.amount, shareOf(this.amount, FEE.basisPoints) + FEE.fixed);
  }

  get outcome(): PaymentOutcome {
    const gatewayPaymentId = this.id;
    switch (this.status) {
      case 'succeeded': {
        const captured = money(this.amount, this.currency);
        return { status: 'succeeded', gatewayPaymentId, captured, fee: money(this.fee, this.currency) };
      }
      case 'requires_action': {
        const url = `/api/v1/mock-gateway/payments/${this.id}/authenticate`;
        const nextAction = { type: 'authenticate', url };
        return { status: 'requires_action', gatewayPaymentId, nextAction, clientSecret: this.clientSecret };
      }
      case 'declined':
        return { status: 'failed', gatewayPaymentId, failure: this.failure ?? AUTHENTICATION_FAILED };
      default:
        return { status: this.status, gatewayPaymentId };
    }
  }
}
