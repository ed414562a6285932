import { setTimeout } from 'node:timers/promises';
import type { Tx } from '@app/database';
import { Clock, isCurrency, newId } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { GatewayDown, PaymentOutcome, RefundOutcome, VendorAccountOutcome } from '../gateway-results.js';
import {
  PaymentGateway,
  type CreateVendorAccount,
  type GatewayCapabilities,
  type GatewayWrite,
  type OnCreated,
  type ProcessPayment,
  type RefundPayment,
} from '../payment-gateway.js';
import { MockAccount } from './mock-account.entity.js';
import { MockIdempotency } from './mock-idempotency.js';
import { behaviourOf } from './mock-payment-methods.js';
import { MockPayment } from './mock-payment.entity.js';
import { MockRefund } from './mock-refund.entity.js';

/** After this long the mock's silent calls count as timed out, if the caller has not given up before. */
const SILENCE_MS = 2_000;
const RATE_LIMITED: GatewayDown = { status: 'unavailable', rateLimited: true, retryAfterSeconds: 1 };

/**
 * A payment gateway that moves no money and is honest in everything else: it keeps its state in tables of its own and changes it
 * in transactions of its own, as the remote system that it stands for would. mock-payment-methods.ts has its tokens.
 */
@Injectable()
export class MockGateway extends PaymentGateway {
  readonly name = 'mock';

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly idempotency: MockIdempotency,
    private readonly clock: Clock,
  ) {
    super();
  }

  capabilities(): GatewayCapabilities {
    return { currencies: new Set(Intl.supportedValuesOf('currency').filter(isCurrency)) };
  }

  async processPayment(input: ProcessPayment, onCreated: OnCreated): Promise<PaymentOutcome> {
    const behaviour = behaviourOf(input.paymentMethod);
    if (!behaviour) return { status: 'unknown-method' };
    const { gatewayPaymentId } = await this.create(input);
    if ((await onCreated(gatewayPaymentId)) === 'leave') return { status: 'created', gatewayPaymentId };
    if (behaviour.limited) return RATE_LIMITED;
    const outcome = await this.confirm(gatewayPaymentId, input);
    if (!behaviour.timesOut) return outcome;
    await setTimeout(Math.min(input.timeoutMs, SILENCE_MS));
    return { status: 'unknown' };
  }

  async getPaymentStatus(gatewayPaymentId: string): Promise<PaymentOutcome> {
    return (await this.dataSource.manager.findOneByOrFail(MockPayment, { id: gatewayPaymentId })).outcome;
  }

  cancelPayment(gatewayPaymentId: string, { idempotencyKey }: GatewayWrite): Promise<PaymentOutcome> {
    return this.idempotency.once(idempotencyKey, { gatewayPaymentId }, async (tx) => {
      const payment = await lock(gatewayPaymentId, tx);
      payment.cancel();
      await tx.update(MockPayment, { id: payment.id }, { status: payment.status });
      return payment.outcome;
    });
  }

  refundPayment({ gatewayPaymentId, amount, idempotencyKey }: RefundPayment): Promise<RefundOutcome> {
    return this.idempotency.once(idempotencyKey, { gatewayPaymentId, amount }, async (tx) => {
      const payment = await lock(gatewayPaymentId, tx);
      const captured = payment.status === 'succeeded' ? payment.amount : 0;
      if (amount.currency !== payment.currency || amount.amount > captured - payment.refunded) {
        return refused('amount_too_large', 'The refund is greater than what is left of the charge.', false);
      }
      const fails = behaviourOf(payment.paymentMethod)?.refundsFail ?? false;
      const refund = {
        id: mockId('re'),
        paymentId: payment.id,
        amount: amount.amount,
        status: fails ? ('failed' as const) : ('succeeded' as const),
        createdAt: this.clock.now(),
      };
      await tx.insert(MockRefund, refund);
      if (fails) {
        const failure = refused('expired_or_canceled_card', 'The card can no longer be refunded.', true);
        return { ...failure, gatewayRefundId: refund.id };
      }
      await tx.increment(MockPayment, { id: payment.id }, 'refunded', amount.amount);
      return { status: 'succeeded', gatewayRefundId: refund.id };
    });
  }

  createVendorAccount({ vendorId, idempotencyKey }: CreateVendorAccount): Promise<VendorAccountOutcome> {
    return this.idempotency.once(idempotencyKey, { vendorId }, async (tx) => {
      const account = { id: mockId('acct'), payoutsEnabled: true };
      await tx.insert(MockAccount, { ...account, vendorId, createdAt: this.clock.now() });
      return { status: 'open', account };
    });
  }

  async getVendorAccount(accountId: string): Promise<VendorAccountOutcome> {
    const { id, payoutsEnabled } = await this.dataSource.manager.findOneByOrFail(MockAccount, {
      id: accountId,
    });
    return { status: 'open', account: { id, payoutsEnabled } };
  }

  private create({ idempotencyKey, amount, paymentMethod, metadata }: ProcessPayment) {
    const parameters = { amount, paymentMethod, metadata };
    return this.idempotency.once(`${idempotencyKey}:create`, parameters, async (tx) => {
      const id = mockId('pi');
      await tx.insert(MockPayment, {
        id,
        ...amount,
        paymentMethod,
        metadata,
        status: 'created',
        clientSecret: `${id}_secret_${newId()}`,
        failure: null,
        createdAt: this.clock.now(),
      });
      return { gatewayPaymentId: id };
    });
  }

  private confirm(gatewayPaymentId: string, { idempotencyKey }: GatewayWrite): Promise<PaymentOutcome> {
    return this.idempotency.once(`${idempotencyKey}:confirm`, { gatewayPaymentId }, async (tx) => {
      const payment = await lock(gatewayPaymentId, tx);
      if (payment.status !== 'created') return payment.outcome;
      const { declines, challenges } = behaviourOf(payment.paymentMethod) ?? {};
      if (declines) payment.decline(declines);
      else if (challenges) payment.status = 'requires_action';
      else payment.charge();
      await tx.update(MockPayment, { id: payment.id }, { status: payment.status, failure: payment.failure });
      return payment.outcome;
    });
  }
}

function lock(id: string, tx: Tx): Promise<MockPayment> {
  return tx.findOneOrFail(MockPayment, { where: { id }, lock: { mode: 'pessimistic_write' } });
}

function refused(code: string, message: string, retryable: boolean) {
  return { status: 'failed' as const, failure: { code, message, retryable } };
}

const mockId = (kind: string): string => `mock_${kind}_${newId().replaceAll('-', '')}`;
