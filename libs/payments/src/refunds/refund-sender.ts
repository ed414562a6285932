import { Injectable } from '@nestjs/common';
import { GATEWAY_TIMEOUT_MS, PaymentGateway } from '../gateway/payment-gateway.js';
import { PaymentsRepository } from '../payments.repository.js';
import { RefundSettlement } from './refund-settlement.js';
import type { Refund } from './refund.entity.js';
import { RefundsRepository } from './refunds.repository.js';

/** Step 2 of a refund: the gateway, outside any transaction. Repeated with the same key until its outcome is known. */
@Injectable()
export class RefundSender {
  constructor(
    private readonly gateway: PaymentGateway,
    private readonly payments: PaymentsRepository,
    private readonly refunds: RefundsRepository,
    private readonly settlement: RefundSettlement,
  ) {}

  /** @returns the refund as it is now; still `pending` when the gateway gave no answer. Recovery sends it again. */
  async send(refundId: string): Promise<Refund> {
    const refund = await this.refunds.get(refundId);
    if (refund.status !== 'pending') return refund;
    const payment = await this.payments.findById(refund.paymentId);
    if (!payment?.gatewayPaymentId)
      throw new Error(`refund ${refundId} is of a payment unknown to the gateway`);
    const outcome = await this.gateway.refundPayment({
      gatewayPaymentId: payment.gatewayPaymentId,
      amount: refund.money,
      metadata: { bookingId: payment.bookingId, paymentId: payment.id, userId: payment.userId },
      idempotencyKey: refund.idempotencyKey,
      timeoutMs: GATEWAY_TIMEOUT_MS,
    });
    return this.settlement.settle(refund, outcome);
  }
}
