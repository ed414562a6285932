import { Injectable } from '@nestjs/common';
import { isAnswer, type NeverAsked, type RefundOutcome } from '../gateway/gateway-results.js';
import { GATEWAY_TIMEOUT_MS, PaymentGateway } from '../gateway/payment-gateway.js';
import type { Payment } from '../payment.entity.js';
import { PaymentsRepository } from '../payments.repository.js';
import { RefundSettlement } from './refund-settlement.js';
import type { Refund } from './refund.entity.js';
import { RefundsRepository } from './refunds.repository.js';

const call = { timeoutMs: GATEWAY_TIMEOUT_MS } as const;

/**
 * Step 2 of a refund: the gateway, outside any transaction. It is posted under one key, and once its id there is known, only read.
 * What is left `pending` is taken up again by recovery; a refund of a payment that was made through another gateway waits for that one.
 */
@Injectable()
export class RefundSender {
  constructor(
    private readonly gateway: PaymentGateway,
    private readonly payments: PaymentsRepository,
    private readonly refunds: RefundsRepository,
    private readonly settlement: RefundSettlement,
  ) {}

  /** For a refund just made. @returns it as it is then; still `pending` when the gateway gave no answer, or is at it. */
  send(refundId: string): Promise<Refund> {
    return this.advance(refundId, (refund, payment) => this.post(refund, payment));
  }

  /** For a refund whose request may be gone: it is posted only when the gateway has never been asked for it. */
  resume(refundId: string): Promise<Refund> {
    return this.advance(refundId, async (refund, payment) => {
      const found = await this.find(refund, payment);
      return found.status === 'none' ? this.post(refund, payment) : found;
    });
  }

  /** The gateway has something new on a refund: its present state is what counts. @throws Error to be tried again. */
  async refresh(gatewayRefundId: string): Promise<void> {
    const refund = await this.refunds.findByGatewayId(this.gateway.name, gatewayRefundId);
    if (!refund) return;
    const outcome = await this.gateway.getRefund(gatewayRefundId, call);
    if (!isAnswer(outcome)) throw new Error(`the gateway did not say how refund ${refund.id} stands`);
    await this.settlement.settle(refund, outcome);
  }

  private async advance(
    refundId: string,
    ask: (refund: Refund, payment: SentPayment) => Promise<RefundOutcome>,
  ): Promise<Refund> {
    const refund = await this.refunds.get(refundId);
    if (refund.status !== 'pending') return refund;
    const payment = await this.payments.findById(refund.paymentId);
    if (!isSent(payment)) throw new Error(`refund ${refundId} is of a payment unknown to the gateway`);
    if (payment.gateway !== this.gateway.name) return refund;
    const outcome =
      refund.gatewayRefundId === null
        ? await ask(refund, payment)
        : await this.gateway.getRefund(refund.gatewayRefundId, call);
    return this.settlement.settle(refund, outcome);
  }

  private find({ id }: Refund, { gatewayPaymentId }: SentPayment): Promise<RefundOutcome | NeverAsked> {
    return this.gateway.findRefund({ gatewayPaymentId, refundId: id, ...call });
  }

  private post(refund: Refund, payment: SentPayment): Promise<RefundOutcome> {
    const { bookingId, userId, gatewayPaymentId } = payment;
    return this.gateway.refundPayment({
      gatewayPaymentId,
      amount: refund.money,
      metadata: { bookingId, paymentId: payment.id, userId, refundId: refund.id },
      idempotencyKey: refund.idempotencyKey,
      ...call,
    });
  }
}

type SentPayment = Payment & { readonly gatewayPaymentId: string };

function isSent(payment: Payment | null): payment is SentPayment {
  return payment !== null && payment.gatewayPaymentId !== null;
}
