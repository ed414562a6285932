import { BookingPayments, type Booking } from '@app/bookings';
import type { Tx } from '@app/database';
import { RefundAbandoned, RefundFailed, RefundProcessed } from '@app/events';
import { money, type Money } from '@app/kernel';
import {
  converted,
  Ledger,
  refundAbandoned,
  refundCreated,
  refundFailedLater,
  refundSettled,
} from '@app/ledger';
import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import type { Payment } from '../payment.entity.js';
import type { Refund } from './refund.entity.js';

export interface RefundContext {
  readonly booking: Booking;
  readonly payment: Payment;
}

/**
 * What a refund means to the booking, to the books and to listeners. A superseded payment is no part of what its booking was paid,
 * so its refunds are no part of what the booking was refunded.
 */
@Injectable()
export class RefundBooks {
  constructor(
    private readonly bookings: BookingPayments,
    private readonly ledger: Ledger,
    private readonly events: EventBus,
  ) {}

  async created(refund: Refund, { booking, payment }: RefundContext, tx: Tx): Promise<void> {
    const remaining = await this.ledger.remainingOf(booking.id, tx);
    const { commission, money: amount, createdAt: occurredAt } = refund;
    const shared = { vendorId: payment.vendorId, amount, commission };
    await this.ledger.post(refundCreated({ ...of(refund), ...shared, remaining, occurredAt }), tx);
    if (!payment.superseded) await this.bookings.commitRefund(booking, refund.amount, tx);
  }

  /** @param context `settled`: what it took of the gateway's balance, where that is kept in another currency. */
  async settled(
    refund: Refund,
    { booking, payment, settled }: RefundContext & { settled?: Money },
    tx: Tx,
  ): Promise<void> {
    const journal = { ...of(refund), amount: refund.money, occurredAt: refund.updatedAt };
    await this.ledger.post(refundSettled(journal), tx);
    if (settled)
      await this.ledger.post(conversion(refund, { from: minus(refund.money), to: minus(settled) }), tx);
    if (!payment.superseded) await this.bookings.settleRefund(booking, refund.amount, tx);
    await this.events.publish(new RefundProcessed(factsOf(refund)), tx);
  }

  /** What left the gateway's balance is back in it, and owed again. */
  async failedLater(refund: Refund, { booking, payment }: RefundContext, tx: Tx): Promise<void> {
    const journal = { ...of(refund), amount: refund.money, occurredAt: refund.updatedAt };
    await this.ledger.post(refundFailedLater(journal), tx);
    const taken = await this.ledger.convertedTo('refund.converted', refund.id, refund.currency, tx);
    if (taken) {
      const back = { from: refund.money, to: minus(taken), occurrence: 2 };
      await this.ledger.post(conversion(refund, back), tx);
    }
    if (!payment.superseded) await this.bookings.unsettleRefund(booking, refund.amount, tx);
  }

  /** It is owed, whatever became of it before. */
  async failed(refund: Refund, tx: Tx): Promise<void> {
    await this.events.publish(new RefundFailed({ ...factsOf(refund), code: refund.failureCode ?? '' }), tx);
  }

  /** The shares return to those who bore it. */
  async abandoned(refund: Refund, { booking, payment }: RefundContext, tx: Tx): Promise<void> {
    const { commission, money: amount, updatedAt: occurredAt } = refund;
    const shared = { vendorId: payment.vendorId, amount, commission, over: booking.isOver };
    await this.ledger.post(refundAbandoned({ ...of(refund), ...shared, occurredAt }), tx);
    if (!payment.superseded) await this.bookings.uncommitRefund(booking, refund.amount, tx);
    const reason = refund.abandonReason ?? '';
    await this.events.publish(new RefundAbandoned({ ...factsOf(refund), reason }), tx);
  }
}

const of = ({ id, bookingId }: Refund) => ({ refundId: id, bookingId });

const factsOf = ({ id, paymentId, bookingId, money: amount }: Refund) => ({
  paymentId,
  bookingId,
  refundId: id,
  amount,
});

const minus = ({ amount, currency }: Money): Money => money(0 - amount, currency);

const conversion = (refund: Refund, moved: { from: Money; to: Money; occurrence?: number }) =>
  converted({
    kind: 'refund.converted',
    sourceId: refund.id,
    bookingId: refund.bookingId,
    occurredAt: refund.updatedAt,
    ...moved,
  });
