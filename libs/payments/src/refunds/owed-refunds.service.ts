import { Transactor } from '@app/database';
import {
  decodeCursor,
  Idempotency,
  page,
  ResourceNotFound,
  type IdempotentRequest,
  type Page,
  type PageQuery,
} from '@app/http';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { RefundBooks } from './refund-books.js';
import { RefundLocks } from './refund-locks.js';
import { RefundSender } from './refund-sender.js';
import { Refund, type RefundStatus } from './refund.entity.js';
import { BookingUndecided } from './refund.errors.js';
import { RefundsRepository } from './refunds.repository.js';

/** What admins do about refunds: one that failed is owed to the traveller until it is retried or abandoned. */
@Injectable()
export class OwedRefunds {
  constructor(
    private readonly transactor: Transactor,
    private readonly refunds: RefundsRepository,
    private readonly locks: RefundLocks,
    private readonly books: RefundBooks,
    private readonly sender: RefundSender,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /** All refunds, or those of one status; the newest first. */
  async list({ status, limit, cursor }: PageQuery & { status?: RefundStatus }): Promise<Page<Refund>> {
    const before = decodeCursor(cursor, [(part) => isUUID(part)])?.[0] as string | undefined;
    const rows = await this.refunds.findAll({ status, before, limit: limit + 1 });
    return page(rows, limit, ({ id }) => [id]);
  }

  /** @throws ResourceNotFound */
  async get(id: string): Promise<Refund> {
    const refund = await this.refunds.find(id);
    if (!refund) throw new ResourceNotFound('refund', id);
    return refund;
  }

  /**
   * Another refund of the same amount and shares takes the place of the failed one, and is sent. What is owed stays in
   * `refunds:in_flight` all the while, so the books have nothing to say.
   * @returns the new one. @throws ResourceNotFound, RefundNotFailed
   */
  async retry(id: string, request?: IdempotentRequest): Promise<Refund> {
    const failed = await this.get(id);
    const next = await this.transactor.run(async (tx) => {
      const { payment, refund } = await this.locks.lock(failed, tx);
      const { amount, commission, reason } = refund;
      const sequence = await this.refunds.nextSequence(payment.id, tx);
      const now = this.clock.now();
      const next = Refund.begin(payment, { sequence, amount, commission, reason }, now);
      refund.retryAs(next.id, now);
      await this.refunds.save(next, tx);
      await this.refunds.update(refund, 'failed', tx);
      await this.idempotency.record(request, next.id, 201, tx);
      return next;
    });
    return this.sender.send(next.id);
  }

  /** Nothing is owed any more: the money returns to those who bore the refund. @throws ResourceNotFound, RefundNotFailed, BookingUndecided */
  async abandon(id: string, reason: string, request?: IdempotentRequest): Promise<Refund> {
    const failed = await this.get(id);
    return this.transactor.run(async (tx) => {
      const { booking, payment, refund } = await this.locks.lock(failed, tx);
      if (booking.status === 'pending') throw new BookingUndecided();
      refund.abandon(reason, this.clock.now());
      await this.refunds.update(refund, 'failed', tx);
      await this.books.abandoned(refund, { booking, payment }, tx);
      await this.idempotency.record(request, refund.id, 200, tx);
      return refund;
    });
  }
}
