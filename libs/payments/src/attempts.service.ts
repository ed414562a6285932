import { BookingPayments, PaymentInProgress } from '@app/bookings';
import { Transactor, violates } from '@app/database';
import { Idempotency, type Actor, type IdempotentRequest } from '@app/http';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { PaymentGateway } from './gateway/payment-gateway.js';
import { Payment } from './payment.entity.js';
import { CurrencyNotSettled } from './payment.errors.js';
import { PaymentsRepository } from './payments.repository.js';

export interface PaymentOrder {
  readonly bookingId: string;
  readonly paymentMethod: string;
}

/** Step 1 of paying: the attempt is on record before the gateway hears of it. */
@Injectable()
export class Attempts {
  constructor(
    private readonly transactor: Transactor,
    private readonly payments: PaymentsRepository,
    private readonly bookings: BookingPayments,
    private readonly idempotency: Idempotency,
    private readonly gateway: PaymentGateway,
    private readonly clock: Clock,
  ) {}

  /** @throws ResourceNotFound, BookingNotPayable, PaymentInProgress; CurrencyNotSettled when the trip was priced under another gateway */
  async begin(actor: Actor, order: PaymentOrder, request?: IdempotentRequest): Promise<Payment> {
    try {
      return await this.transactor.run(async (tx) => {
        const booking = await this.bookings.lockPayable(order.bookingId, actor, tx);
        if (!this.gateway.capabilities().currencies.has(booking.currency))
          throw new CurrencyNotSettled(booking.currency);
        const number = await this.payments.nextAttempt(booking.id, tx);
        const { paymentMethod } = order;
        const attempt = { number, gateway: this.gateway.name, paymentMethod };
        const payment = Payment.begin(booking, attempt, this.clock.now());
        await this.payments.save(payment, tx);
        await this.idempotency.record(request, payment.id, null, tx);
        return payment;
      });
    } catch (error) {
      throw violates(error, 'payments_one_live') ? new PaymentInProgress() : error;
    }
  }
}
