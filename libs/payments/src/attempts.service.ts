import { BookingPayments, PaymentInProgress, type Booking, type PayableBooking } from '@app/bookings';
import { violates } from '@app/database';
import type { Actor, IdempotentRequest } from '@app/http';
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

/** What was begun, with the booking as it was then. */
export interface Attempt {
  readonly payment: Payment;
  readonly booking: Booking;
}

/** Each time somebody else has written the booking in between, who has got on with it. */
const MOST_TRIES = 10;

/** Step 1 of paying: the attempt is on record before the gateway hears of it. */
@Injectable()
export class Attempts {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly bookings: BookingPayments,
    private readonly gateway: PaymentGateway,
    private readonly clock: Clock,
  ) {}

  /**
   * Two statements: what is there, and what comes of it. The second decides nothing; it holds the booking's row while it writes, and
   * writes only if the booking is as it was read (ADR 26).
   * @throws ResourceNotFound, BookingNotPayable, PaymentInProgress; CurrencyNotSettled when the trip was priced under another gateway
   */
  async begin(actor: Actor, order: PaymentOrder, request?: IdempotentRequest): Promise<Attempt> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const payable = await this.bookings.findPayable(order.bookingId, actor);
      const attempt = this.draft(payable.booking, order);
      if (await this.write(attempt, payable, request)) return attempt;
    }
    throw new Error(`booking ${order.bookingId} changes all the time`);
  }

  private draft(booking: Booking, { paymentMethod }: PaymentOrder): Attempt {
    if (!this.gateway.capabilities().currencies.has(booking.currency))
      throw new CurrencyNotSettled(booking.currency);
    const attempt = { gateway: this.gateway.name, paymentMethod };
    return { booking, payment: Payment.begin(booking, attempt, this.clock.now()) };
  }

  /** @returns false, having written nothing, when the booking or its attempts are not what they were. */
  private async write(
    { payment }: Attempt,
    payable: PayableBooking,
    request?: IdempotentRequest,
  ): Promise<boolean> {
    try {
      if (!(await this.payments.save(payment, payable, request))) return false;
      if (payable.isExtended) await this.bookings.written(payable.booking);
      return true;
    } catch (error) {
      if (violates(error, 'payments_attempt_key')) return false;
      throw violates(error, 'payments_one_live') ? new PaymentInProgress() : error;
    }
  }
}
