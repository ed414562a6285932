import type { Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { PaymentOutcome } from '../gateway-results.js';
import type { GatewayWrite, ProcessPayment } from '../payment-gateway.js';
import { MockBalance } from './mock-balance.js';
import { MockDisputes } from './mock-disputes.js';
import type { MockKnobs } from './mock-knobs.entity.js';
import { MockIdempotency } from './mock-idempotency.js';
import { lockPayment } from './mock-objects.js';
import { behaviourOf } from './mock-payment-methods.js';
import { MockPayment } from './mock-payment.entity.js';
import { MockPromptCalls, type KeyedCall } from './mock-prompt-calls.js';
import { MockNews } from './news/mock-news.js';
import type { MockEventType } from './news/mock-events.js';

/** How long the news of a charge takes whose answer never came. */
const LATE_NEWS_MS = 20_000;

/** As it was made just now, and how the world was then. */
interface FreshIntent {
  readonly payment: MockPayment;
  readonly knobs: MockKnobs;
}

/** `fresh` is absent when the call that created it is repeated. */
export interface CreatedIntent {
  readonly gatewayPaymentId: string;
  readonly fresh?: FreshIntent;
}

/** Payment intents at the mock, from their creation to the charge. */
@Injectable()
export class MockIntents {
  constructor(
    private readonly idempotency: MockIdempotency,
    private readonly prompt: MockPromptCalls,
    private readonly balance: MockBalance,
    private readonly disputes: MockDisputes,
    private readonly news: MockNews,
    private readonly clock: Clock,
  ) {}

  async create({ idempotencyKey, amount, paymentMethod, metadata }: ProcessPayment): Promise<CreatedIntent> {
    const key = `${idempotencyKey}:create`;
    const parameters = JSON.stringify({ amount, paymentMethod, metadata });
    const payment = MockPayment.create({ amount, paymentMethod, metadata }, this.clock.now());
    const knobs = await this.prompt.create(payment, { key, parameters }, { gatewayPaymentId: payment.id });
    if (!knobs) return this.idempotency.replay(key, parameters);
    return { gatewayPaymentId: payment.id, fresh: { payment, knobs } };
  }

  async confirm(
    { gatewayPaymentId, fresh }: CreatedIntent,
    { idempotencyKey }: GatewayWrite,
  ): Promise<PaymentOutcome> {
    const key = `${idempotencyKey}:confirm`;
    const parameters = { gatewayPaymentId };
    const charged =
      fresh && (await this.chargePromptly(fresh, { key, parameters: JSON.stringify(parameters) }));
    if (charged) return charged;
    return this.idempotency.once(key, parameters, async (tx) => {
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

  /** @returns undefined for what must be done step by step. */
  private chargePromptly(
    { payment, knobs }: FreshIntent,
    call: KeyedCall,
  ): Promise<PaymentOutcome | undefined> {
    const { declines, challenges, disputes, timesOut } = behaviourOf(payment.paymentMethod);
    if (declines || challenges || disputes) return Promise.resolve(undefined);
    return this.prompt.charge(payment, call, knobs, timesOut ? LATE_NEWS_MS : 0);
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
