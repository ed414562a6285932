import { BookingPayments } from '@app/bookings';
import { Transactor, type Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { Payment } from '../payment.entity.js';
import { PaymentsRepository } from '../payments.repository.js';
import { DisputeBooks, type DisputeContext } from './dispute-books.js';
import { Dispute, type DisputeAnswer, type DisputeStatus } from './dispute.entity.js';
import { DisputesRepository } from './disputes.repository.js';

/** The only way in which a dispute becomes ours, and moves on. Any order and any number of times comes to the same state. */
@Injectable()
export class DisputeSettlement {
  constructor(
    private readonly transactor: Transactor,
    private readonly payments: PaymentsRepository,
    private readonly bookings: BookingPayments,
    private readonly disputes: DisputesRepository,
    private readonly books: DisputeBooks,
    private readonly clock: Clock,
  ) {}

  /** @throws Error when the payment has not succeeded yet at our side: its own news come first, and this is to be tried again. */
  settle({ id, bookingId }: Pick<Payment, 'id' | 'bookingId'>, answer: DisputeAnswer): Promise<Dispute> {
    return this.transactor.run(async (tx) => {
      const booking = await this.bookings.lock(bookingId, tx);
      const payment = await this.payments.lock(id, tx);
      if (payment.status !== 'succeeded')
        throw new Error(
          `dispute ${answer.gatewayDisputeId} is of payment ${id}, which is still ${payment.status}`,
        );
      const dispute = await this.disputes.lock(Dispute.begin(payment, answer, this.clock.now()), tx);
      for (const status of dispute.stepsTo(answer.status))
        await this.move(dispute, status, answer, { booking, payment }, tx);
      return dispute;
    });
  }

  private async move(
    dispute: Dispute,
    to: DisputeStatus,
    answer: DisputeAnswer,
    context: DisputeContext,
    tx: Tx,
  ): Promise<void> {
    const from = dispute.status;
    dispute.status = to;
    dispute.updatedAt = this.clock.now();
    if (to === 'open') {
      // An inquiry may have been about another amount than the one that is then withdrawn.
      dispute.amount = answer.amount.amount;
      dispute.reason = answer.reason;
      await this.books.withdrawn(dispute, answer, context, tx);
    }
    if (to === 'won') await this.books.won(dispute, answer, context, tx);
    if (to === 'lost') await this.books.lost(dispute, context, tx);
    await this.disputes.update(dispute, from, tx);
  }
}
