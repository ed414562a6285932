import { Clock, newId } from '@app/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { isAnswer, type PaymentOutcome } from './gateway/gateway-results.js';
import { GATEWAY_TIMEOUT_MS, PaymentGateway, type ProcessPayment } from './gateway/payment-gateway.js';
import type { Payment } from './payment.entity.js';
import { PaymentsRepository } from './payments.repository.js';
import { Settlement } from './settlement.service.js';

/** Step 2 of paying: the gateway, outside any transaction. What moves money carries a key of the attempt's, so that a repeat does nothing new. */
@Injectable()
export class Intents {
  private readonly logger = new Logger(Intents.name);

  constructor(
    private readonly gateway: PaymentGateway,
    private readonly payments: PaymentsRepository,
    private readonly settlement: Settlement,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates the intent, stores its id, confirms it; once no earlier attempt can bring money any more. An attempt that was given up
   * meanwhile is not confirmed but cancelled. The outcome is not yet settled.
   * @param payment learns the intent's id, and where it stands by then.
   */
  async charge(payment: Payment): Promise<PaymentOutcome> {
    for (const earlier of await this.payments.findEarlierWithOpenIntent(payment)) {
      const outcome = await this.close(earlier);
      if (!isAnswer(outcome)) return { status: 'unavailable', rateLimited: false, retryAfterSeconds: 1 };
    }
    const outcome = await this.gateway.processPayment(toGateway(payment), async (gatewayPaymentId) => {
      Object.assign(
        payment,
        await this.payments.storeGatewayId(payment.id, gatewayPaymentId, this.clock.now()),
      );
      return payment.status === 'pending' && !payment.superseded ? 'confirm' : 'leave';
    });
    if (outcome.status !== 'created') return outcome;
    return this.close({ ...payment, gatewayPaymentId: outcome.gatewayPaymentId });
  }

  /**
   * Takes up an attempt whose request is gone. It repeats the create, which moves no money, and reads; it never confirms, since
   * nobody is there to be charged: an intent that has not succeeded is cancelled, unless a person was shown its challenge.
   */
  async resume(payment: Payment): Promise<void> {
    const gatewayPaymentId = payment.gatewayPaymentId ?? (await this.findIntent(payment));
    if (gatewayPaymentId === undefined) return;
    const found = await this.gateway.getPaymentStatus(gatewayPaymentId, { timeoutMs: GATEWAY_TIMEOUT_MS });
    const idle =
      (found.status === 'created' && payment.status !== 'requires_action') ||
      (found.status === 'requires_action' && payment.status === 'pending');
    if (idle) await this.close({ ...payment, gatewayPaymentId });
    else if (isAnswer(found)) await this.settlement.settle(payment, found);
  }

  /** Cancels what may still be open at the gateway. @throws Error when that cannot be said yet: to be tried again. */
  async cancel(paymentId: string): Promise<void> {
    const payment = await this.payments.findById(paymentId);
    if (!payment?.hasOpenIntent) return;
    if (payment.gateway !== this.gateway.name) {
      this.logger.error(
        `payment ${paymentId} stays open at ${payment.gateway}, which is not the gateway now`,
      );
      return;
    }
    if (payment.gatewayPaymentId === null)
      throw new Error(`the intent of payment ${paymentId} is not there yet`);
    const outcome = await this.close(payment);
    if (!isAnswer(outcome))
      throw new Error(`the gateway did not say whether payment ${paymentId} is cancelled`);
  }

  /** The gateway has something new on an intent: its present state is what counts. @throws Error to be tried again. */
  async refresh(gatewayPaymentId: string): Promise<void> {
    const payment = await this.payments.findByGatewayId(this.gateway.name, gatewayPaymentId);
    if (!payment) return;
    const outcome = await this.gateway.getPaymentStatus(gatewayPaymentId, { timeoutMs: GATEWAY_TIMEOUT_MS });
    if (!isAnswer(outcome)) throw new Error(`the gateway did not say how payment ${payment.id} stands`);
    if (!payment.isUnmovedBy(outcome)) await this.settlement.settle(payment, outcome);
  }

  /**
   * The money may have been quicker: the answer is settled, whatever it is. It moves none, and a gateway repeats an error under the
   * key that it first met it with: the key is a fresh one.
   */
  private async close(
    payment: Pick<Payment, 'id' | 'bookingId' | 'gatewayPaymentId'>,
  ): Promise<PaymentOutcome> {
    if (payment.gatewayPaymentId === null) return { status: 'unknown' };
    const outcome = await this.gateway.cancelPayment(payment.gatewayPaymentId, {
      idempotencyKey: `pay:${payment.id}:cancel:${newId()}`,
      timeoutMs: GATEWAY_TIMEOUT_MS,
    });
    if (isAnswer(outcome)) await this.settlement.settle(payment, outcome);
    return outcome;
  }

  /** The id of the attempt's intent, which is created now if it never was. Undefined when there is none to be had. */
  private async findIntent(payment: Payment): Promise<string | undefined> {
    const outcome = await this.gateway.processPayment(toGateway(payment), async (gatewayPaymentId) => {
      await this.payments.storeGatewayId(payment.id, gatewayPaymentId, this.clock.now());
      return 'leave';
    });
    if (outcome.status === 'unknown-method') await this.settlement.discard(payment);
    if (outcome.status === 'failed') await this.settlement.settle(payment, outcome);
    return outcome.status === 'created' ? outcome.gatewayPaymentId : undefined;
  }
}

function toGateway({ id, bookingId, userId, total, paymentMethod }: Payment): ProcessPayment {
  return {
    amount: total,
    paymentMethod,
    metadata: { bookingId, paymentId: id, userId },
    idempotencyKey: `pay:${id}`,
    timeoutMs: GATEWAY_TIMEOUT_MS,
  };
}
