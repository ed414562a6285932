import { BookingPayments } from '@app/bookings';
import { Transactor } from '@app/database';
import { Idempotency } from '@app/http';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { PaymentOutcome } from './gateway/gateway-results.js';
import { PaymentEffects } from './payment-effects.js';
import type { Payment } from './payment.entity.js';
import { PaymentsRepository } from './payments.repository.js';

/**
 * Step 3 of paying, and the way in which news from the gateway become ours: the gateway's own news, recovery, and the request end here,
 * unless the request finds everything as expected ({@link PromptCapture}). Any order and any number of times comes to the same state.
 */
@Injectable()
export class Settlement {
  constructor(
    private readonly transactor: Transactor,
    private readonly payments: PaymentsRepository,
    private readonly bookings: BookingPayments,
    private readonly effects: PaymentEffects,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /** One transaction: the outcome, what it means to the booking and the books, the news, and the first answer's status. */
  settle({ id, bookingId }: Pick<Payment, 'id' | 'bookingId'>, outcome: PaymentOutcome): Promise<Payment> {
    return this.transactor.run(async (tx) => {
      const booking = await this.bookings.lock(bookingId, tx);
      const payment = await this.payments.lock(id, tx);
      const from = payment.status;
      if (!payment.record(outcome, this.clock.now())) return payment;
      if (payment.status === 'succeeded') await this.effects.claimBooking(payment, booking, tx);
      await this.payments.update(payment, from, tx);
      if (payment.status !== from) await this.effects.apply(payment, outcome, booking, tx);
      if (from === 'pending') await this.idempotency.settle(id, firstAnswerTo(payment), tx);
      return payment;
    });
  }

  /** The gateway refused the payment method before anything came to be there: as if the attempt had never been made. */
  async discard({ id, bookingId }: Payment): Promise<void> {
    await this.transactor.run(async (tx) => {
      await this.bookings.lock(bookingId, tx);
      const payment = await this.payments.lock(id, tx);
      if (payment.gatewayPaymentId !== null) return;
      await this.payments.delete(payment, tx);
      await this.idempotency.settle(id, null, tx);
    });
  }
}

/** The HTTP status to repeat; null where the same request may be sent again: nothing came of the first. */
function firstAnswerTo(payment: Payment): number | null {
  if (payment.status === 'canceled' || payment.wasTurnedAway) return null;
  return payment.status === 'failed' ? 402 : 201;
}
