import type { Tx } from '@app/database';
import { Clock, newId } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { PaymentOutcome } from '../gateway-results.js';
import type { GatewayWrite, ProcessPayment } from '../payment-gateway.js';
import { MockBalance } from './mock-balance.js';
import { MockDisputes } from './mock-disputes.js';
import { MockIdempotency } from './mock-idempotency.js';
import { lockPayment, mockId } from './mock-objects.js';
import { behaviourOf } from './mock-payment-methods.js';
import { MockPayment } from './mock-payment.entity.js';
import { MockNews } from './news/mock-news.js';
import type { MockEventType } from './news/mock-events.js';

/** How long the news of a charge takes whose answer never came. */
const LATE_NEWS_MS = 20_000;

/** Payment intents at the mock, from their creation to the charge. */
@Injectable()
export class MockIntents {
  constructor(
    private readonly idempotency: MockIdempotency,
    private readonly balance: MockBalance,
    private readonly disputes: MockDisputes,
    private readonly news: MockNews,
    private readonly clock: Clock,
  ) {}

  create({ idempotencyKey, amount, paymentMethod, metadata }: ProcessPayment) {
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

  confirm(gatewayPaymentId: string, { idempotencyKey }: GatewayWrite): Promise<PaymentOutcome> {
    return this.idempotency.once(`${idempotencyKey}:confirm`, { gatewayPaymentId }, async (tx) => {
      const payment = await lockPayment(gatewayPaymentId, tx);
      if (payment.status !== 'created') return payment.outcome;
      const { declines, challenges } = behaviourOf(payment.paymentMethod);
      if (challenges) {
        payment.status = 'requires_action';
        await this.save(payment, 'payment.requires_action', tx);
      } else if (declines) {
        await this.decline(payment, declines, tx);
      } else {
        await this.charge(payment, tx);
      }
      return payment.outcome;
    });
  }

  cancel(gatewayPaymentId: string, { idempotencyKey }: GatewayWrite): Promise<PaymentOutcome> {
    return this.idempotency.once(idempotencyKey, { gatewayPaymentId }, async (tx) => {
      const payment = await lockPayment(gatewayPaymentId, tx);
      if (payment.cancel()) await this.save(payment, 'payment.canceled', tx);
      return payment.outcome;
    });
  }

  /** @param payment locked. */
  async charge(payment: MockPayment, tx: Tx): Promise<void> {
    const { timesOut, disputes } = behaviourOf(payment.paymentMethod);
    payment.charge();
    await this.save(payment, 'payment.succeeded', tx, timesOut ? LATE_NEWS_MS : 0);
    const { id: gatewayId, currency, amount, fee } = payment;
    await this.balance.record({ type: 'payment', gatewayId, net: amount - fee, currency }, tx);
    if (disputes) await this.disputes.open(payment, tx);
  }

  /** @param payment locked. */
  async decline(payment: MockPayment, failure: NonNullable<MockPayment['failure']>, tx: Tx): Promise<void> {
    payment.decline(failure);
    await this.save(payment, 'payment.failed', tx);
  }

  private async save(
    { id, status, failure }: MockPayment,
    told: MockEventType,
    tx: Tx,
    delayMs = 0,
  ): Promise<void> {
    await tx.update(MockPayment, { id }, { status, failure });
    await this.news.tell(told, { gatewayPaymentId: id }, tx, { delayMs });
  }
}
