import { BookingPayments, type Booking } from '@app/bookings';
import type { Tx } from '@app/database';
import { DisputeClosed, DisputeOpened } from '@app/events';
import { converted, disputeLost, disputeWithdrawn, disputeWon, Ledger } from '@app/ledger';
import { money, type Money } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { PaymentShares } from '../payment-shares.js';
import type { Payment } from '../payment.entity.js';
import { PaymentsRepository } from '../payments.repository.js';
import type { Dispute, DisputeAnswer } from './dispute.entity.js';

export interface DisputeContext {
  readonly booking: Booking;
  readonly payment: Payment;
}

/** What a dispute means to its payment, to the booking, to the books and to listeners. All of it under their locks. */
@Injectable()
export class DisputeBooks {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly bookings: BookingPayments,
    private readonly shares: PaymentShares,
    private readonly ledger: Ledger,
    private readonly events: EventBus,
  ) {}

  /**
   * The bank took the money. What is disputed may be more than refunds and other disputes have left of the payment: no more than
   * that has shares. Freezes them in `dispute`.
   */
  async withdrawn(dispute: Dispute, answer: DisputeAnswer, context: DisputeContext, tx: Tx): Promise<void> {
    const { booking, payment } = context;
    const taken = await this.shares.takenFrom(payment, tx);
    const share = Math.max(0, Math.min(dispute.amount, payment.captured - taken.amount));
    dispute.commissionShare = this.shares.commissionOfNext(share, payment, booking, taken);
    dispute.vendorShare = share - dispute.commissionShare;

    const remaining = await this.ledger.remainingOf(booking.id, tx);
    await this.ledger.post(disputeWithdrawn({ ...of(dispute, context), fee: answer.fee, remaining }), tx);
    await this.convert(dispute, 'withdrawal', answer.settled, tx);
    await this.take(share, context, tx);
    await this.events.publish(new DisputeOpened(factsOf(dispute)), tx);
  }

  /** It all came back. Once the booking is over nothing will release the vendor's share any more: it is available at once. */
  async won(dispute: Dispute, answer: DisputeAnswer, context: DisputeContext, tx: Tx): Promise<void> {
    const { feeReturned, returned } = answer;
    const over = context.booking.isOver;
    await this.ledger.post(disputeWon({ ...of(dispute, context), over, feeReturned }), tx);
    await this.convert(dispute, 'return', returned, tx);
    await this.take(-dispute.share, context, tx);
    await this.closed(dispute, 'won', context, tx);
  }

  /** Each bears what was frozen: payment and booking stay as they are. */
  async lost(dispute: Dispute, context: DisputeContext, tx: Tx): Promise<void> {
    const { commissionShare } = dispute;
    const remaining = await this.ledger.remainingOf(context.booking.id, tx);
    await this.ledger.post(disputeLost({ ...of(dispute, context), commissionShare, remaining }), tx);
    await this.closed(dispute, 'lost', context, tx);
  }

  private async closed(
    dispute: Dispute,
    outcome: 'won' | 'lost',
    { booking }: DisputeContext,
    tx: Tx,
  ): Promise<void> {
    const facts = { ...factsOf(dispute), outcome, bookingCancelled: booking.status === 'cancelled' };
    await this.events.publish(new DisputeClosed(facts), tx);
  }

  /** Where the gateway keeps its balance in another currency. Fees come in the balance's own and are posted as they are. */
  private async convert(
    { id, bookingId, amount, currency, updatedAt }: Dispute,
    movement: 'withdrawal' | 'return',
    kept: Money | undefined,
    tx: Tx,
  ): Promise<void> {
    if (!kept) return;
    const [sign, occurrence] = movement === 'withdrawal' ? [-1, 1] : [1, 2];
    const journal = { sourceId: id, bookingId, occurrence, occurredAt: updatedAt };
    const [from, to] = [money(sign * amount, currency), money(sign * kept.amount, kept.currency)];
    await this.ledger.post(converted({ kind: 'dispute.converted', ...journal, from, to }), tx);
  }

  /** A superseded payment is no part of what its booking was paid, nor are its disputes. */
  private async take(share: number, { booking, payment }: DisputeContext, tx: Tx): Promise<void> {
    if (share === 0) return;
    payment.disputed += share;
    await this.payments.update(payment, payment.status, tx);
    if (!payment.superseded) await this.bookings.dispute(booking, share, tx);
  }
}

const of = (dispute: Dispute, { payment }: DisputeContext) => ({
  disputeId: dispute.id,
  bookingId: dispute.bookingId,
  vendorId: payment.vendorId,
  amount: dispute.money,
  vendorShare: dispute.vendorShare,
  occurredAt: dispute.updatedAt,
});

const factsOf = ({ id, paymentId, bookingId, money: amount }: Dispute) => ({
  disputeId: id,
  paymentId,
  bookingId,
  amount,
});
