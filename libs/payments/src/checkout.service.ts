import { InvalidRequest, type Actor, type IdempotentRequest } from '@app/http';
import { Injectable } from '@nestjs/common';
import { Attempts, type PaymentOrder } from './attempts.service.js';
import type { PaymentOutcome } from './gateway/gateway-results.js';
import { Intents } from './intents.service.js';
import type { Payment } from './payment.entity.js';
import { GatewayUnavailable, PaymentCanceled, PaymentDeclined } from './payment.errors.js';
import { PromptCapture } from './prompt-capture.js';
import { Settlement } from './settlement.service.js';

const RETRY_AFTER_SECONDS = 1;

/** Paying for a booking, in three steps of which a crash may follow any; recovery finishes what it leaves. */
@Injectable()
export class Checkout {
  constructor(
    private readonly attempts: Attempts,
    private readonly intents: Intents,
    private readonly prompt: PromptCapture,
    private readonly settlement: Settlement,
  ) {}

  /**
   * @returns a payment that succeeded, waits for the payer or the bank, or whose outcome is not known yet.
   * @throws PaymentDeclined, GatewayUnavailable, PaymentCanceled, InvalidRequest for a payment method the gateway does not know;
   *   ResourceNotFound, BookingNotPayable, CurrencyNotSettled, PaymentInProgress
   */
  async pay(actor: Actor, order: PaymentOrder, request?: IdempotentRequest): Promise<Payment> {
    const attempt = await this.attempts.begin(actor, order, request);
    const { payment } = attempt;
    const outcome = await this.intents.charge(payment);
    if (outcome.status === 'unknown-method') {
      await this.settlement.discard(payment);
      throw InvalidRequest.field('paymentMethod', 'is not a payment method that the gateway knows');
    }
    const captured = await this.prompt.settle(attempt, outcome);
    return captured ?? answer(await this.settlement.settle(payment, outcome), outcome);
  }

  /** The answer to a repeat of the request: the payment as it is now; declined still, unless its money came after all. @throws PaymentDeclined */
  replay(payment: Payment, status: number): Payment {
    if (status === 402 && payment.status === 'failed') throw new PaymentDeclined(payment);
    return payment;
  }
}

function answer(payment: Payment, outcome: PaymentOutcome): Payment {
  if (payment.wasTurnedAway) {
    const retryAfterSeconds =
      outcome.status === 'unavailable' ? outcome.retryAfterSeconds : RETRY_AFTER_SECONDS;
    throw new GatewayUnavailable(retryAfterSeconds);
  }
  if (payment.status === 'failed') throw new PaymentDeclined(payment);
  if (payment.status === 'canceled') throw new PaymentCanceled(payment);
  return payment;
}
