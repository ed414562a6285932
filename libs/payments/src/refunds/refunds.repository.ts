import type { Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, LessThan, Repository } from 'typeorm';
import { Refund, type RefundStatus } from './refund.entity.js';

@Injectable()
export class RefundsRepository {
  constructor(@InjectRepository(Refund) private readonly refunds: Repository<Refund>) {}

  async save(refund: Refund, tx: Tx): Promise<void> {
    await tx.insert(Refund, refund);
  }

  /** @throws EntityNotFoundError */
  get(id: string): Promise<Refund> {
    return this.refunds.findOneByOrFail({ id });
  }

  /** Call it with the payment's row locked. */
  findByPaymentId(paymentId: string, tx: Tx): Promise<Refund[]> {
    return tx.find(Refund, { where: { paymentId }, order: { sequence: 'ASC' } });
  }

  /** @throws EntityNotFoundError. Booking and payment are locked first. */
  lock(id: string, tx: Tx): Promise<Refund> {
    return tx.findOneOrFail(Refund, { where: { id }, lock: { mode: 'for_no_key_update' } });
  }

  /** Compare and set. @throws Error when the status is no longer `from`: the row was not locked. */
  async update(refund: Refund, from: RefundStatus, tx: Tx): Promise<void> {
    const { id, ...columns } = refund;
    const { affected } = await tx.update(Refund, { id, status: from }, columns);
    if (affected !== 1) throw new Error(`refund ${id} is no longer ${from}`);
  }

  /** As the claim of interrupted payments: touching them takes them. */
  async claimPending(claim: { before: Date; now: Date; limit: number }, tx: Tx): Promise<Refund[]> {
    const due = await tx.find(Refund, {
      where: { status: 'pending', updatedAt: LessThan(claim.before) },
      order: { updatedAt: 'ASC' },
      take: claim.limit,
      lock: { mode: 'for_no_key_update', onLocked: 'skip_locked' },
    });
    if (due.length > 0)
      await tx.update(Refund, { id: In(due.map(({ id }) => id)) }, { updatedAt: claim.now });
    return due;
  }
}
