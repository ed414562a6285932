import { BookingPayments } from '@app/bookings';
import { Transactor } from '@app/database';
import { Idempotency, InvalidRequest, type IdempotentRequest } from '@app/http';
import { floorToStep, type Money } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { Payment } from '../payment.entity.js';
import { PaymentsRepository } from '../payments.repository.js';
import { RefundIssuer } from './refund-issuer.js';
import { RefundSender } from './refund-sender.js';
import type { Refund } from './refund.entity.js';

/** Refunds asked for by a vendor or an admin. */
@Injectable()
export class Refunds {
  constructor(
    private readonly transactor: Transactor,
    private readonly payments: PaymentsRepository,
    private readonly bookings: BookingPayments,
    private readonly issuer: RefundIssuer,
    private readonly sender: RefundSender,
    private readonly idempotency: Idempotency,
  ) {}

  /**
   * Commits the refund, then tells the gateway. Its first answer is 201 whatever the gateway says, so the key is settled at once.
   * @param order without an amount, all that is refundable.
   * @throws RefundExceedsPayment; InvalidRequest for another currency or an amount off its step.
   */
  async refund(
    { id, bookingId, currency }: Payment,
    order: { amount?: Money; reason: string },
    request?: IdempotentRequest,
  ): Promise<Refund> {
    if (order.amount) requireSettleable(order.amount, currency);
    const refund = await this.transactor.run(async (tx) => {
      const booking = await this.bookings.lock(bookingId, tx);
      const payment = await this.payments.lock(id, tx);
      const { reason, amount } = order;
      const issued = await this.issuer.issue({ booking, payment, amount: amount?.amount, reason }, tx);
      await this.idempotency.record(request, issued.id, 201, tx);
      return issued;
    });
    return this.sender.send(refund.id);
  }
}

function requireSettleable(amount: Money, currency: string): void {
  if (amount.currency !== currency) {
    throw InvalidRequest.field('amount.currency', `must be ${currency}, the currency of the payment`);
  }
  if (amount.amount < 1) throw InvalidRequest.field('amount.amount', 'must be more than 0');
  if (floorToStep(amount.amount, currency) !== amount.amount) {
    throw InvalidRequest.field('amount.amount', `is finer than what can be settled in ${currency}`);
  }
}
