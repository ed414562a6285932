import { BookingPayments, type Booking } from '@app/bookings';
import type { Tx } from '@app/database';
import { RefundProcessed } from '@app/events';
import { commissionOf, commissionReversed, Journal, Ledger, refundCreated, refundSettled } from '@app/ledger';
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

  /** @param earlier the refunds of the same payment before this one. */
  async created(
    refund: Refund,
    { booking, payment }: RefundContext,
    earlier: readonly Refund[],
    tx: Tx,
  ): Promise<void> {
    const standing = earlier.filter(({ status }) => status !== 'canceled');
    const commission = commissionReversed({
      commission: commissionOf(payment.captured, booking.commissionBps),
      captured: payment.captured,
      refundedToDate: standing.reduce((sum, { amount }) => sum + amount, refund.amount),
      alreadyReversed: await this.ledger.commissionReversedBy(
        earlier.map(({ id }) => id),
        tx,
      ),
    });
    const released = !payment.superseded && (await this.isReleased(booking, tx));
    const { vendorId } = payment;
    const journal = { ...of(refund), vendorId, amount: refund.money, commission, released };
    await this.ledger.post(refundCreated({ ...journal, occurredAt: refund.createdAt }), tx);
    if (!payment.superseded) await this.bookings.commitRefund(booking, refund.amount, tx);
  }

  async settled(refund: Refund, { booking, payment }: RefundContext, tx: Tx): Promise<void> {
    const journal = { ...of(refund), amount: refund.money, occurredAt: refund.updatedAt };
    await this.ledger.post(refundSettled(journal), tx);
    if (!payment.superseded) await this.bookings.settleRefund(booking, refund.amount, tx);
    const facts = { paymentId: payment.id, bookingId: booking.id, refundId: refund.id, amount: refund.money };
    await this.events.publish(new RefundProcessed(facts), tx);
  }

  /** Whether the shares have left pending and deferred: the booking is over, one way or the other. */
  private isReleased(booking: Booking, tx: Tx): Promise<boolean> {
    return tx.existsBy(Journal, { kind: 'booking.released', sourceType: 'booking', sourceId: booking.id });
  }
}

const of = ({ id, bookingId }: Refund) => ({ refundId: id, bookingId });
