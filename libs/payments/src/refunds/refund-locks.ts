import { BookingPayments } from '@app/bookings';
import type { Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { PaymentsRepository } from '../payments.repository.js';
import type { RefundContext } from './refund-books.js';
import type { Refund } from './refund.entity.js';
import { RefundsRepository } from './refunds.repository.js';

/** Locks a refund and what it is of, in the order that holds everywhere: booking, payment, then the refund. */
@Injectable()
export class RefundLocks {
  constructor(
    private readonly bookings: BookingPayments,
    private readonly payments: PaymentsRepository,
    private readonly refunds: RefundsRepository,
  ) {}

  /** @returns all three as they are now. */
  async lock(
    { id, paymentId, bookingId }: Pick<Refund, 'id' | 'paymentId' | 'bookingId'>,
    tx: Tx,
  ): Promise<RefundContext & { refund: Refund }> {
    const booking = await this.bookings.lock(bookingId, tx);
    const payment = await this.payments.lock(paymentId, tx);
    return { booking, payment, refund: await this.refunds.lock(id, tx) };
  }
}
