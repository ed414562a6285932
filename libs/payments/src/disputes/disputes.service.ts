import { Injectable } from '@nestjs/common';
import { isAnswer } from '../gateway/gateway-results.js';
import { GATEWAY_TIMEOUT_MS, PaymentGateway } from '../gateway/payment-gateway.js';
import { Intents } from '../intents.service.js';
import { PaymentsRepository } from '../payments.repository.js';
import { DisputeSettlement } from './dispute-settlement.js';

/** Disputes as they stand at the gateway. */
@Injectable()
export class Disputes {
  constructor(
    private readonly gateway: PaymentGateway,
    private readonly payments: PaymentsRepository,
    private readonly intents: Intents,
    private readonly settlement: DisputeSettlement,
  ) {}

  /** The gateway has something new on a dispute: its present state is what counts. @throws Error to be tried again. */
  async refresh(gatewayDisputeId: string): Promise<void> {
    const outcome = await this.gateway.getDispute(gatewayDisputeId, { timeoutMs: GATEWAY_TIMEOUT_MS });
    if (!isAnswer(outcome)) throw new Error(`the gateway did not say how dispute ${gatewayDisputeId} stands`);
    const { gatewayPaymentId } = outcome;
    const payment = await this.payments.findByGatewayId(this.gateway.name, gatewayPaymentId);
    if (!payment) return;
    // What is disputed was paid: should news of that have been lost, they are fetched first.
    if (payment.status !== 'succeeded') await this.intents.refresh(gatewayPaymentId);
    await this.settlement.settle(payment, outcome);
  }
}
