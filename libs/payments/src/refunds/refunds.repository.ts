import type { Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, LessThan, Repository } from 'typeorm';
import { Payment } from '../payment.entity.js';
import type { Claim } from '../payments.repository.js';
import { Refund, type RefundStatus } from './refund.entity.js';

@Injectable()
export class RefundsRepository {
  constructor(@InjectRepository(Refund) private readonly refunds: Repository<Refund>) {}

  async save(refund: Refund, tx: Tx): Promise<void> {
    await tx.insert(Refund, refund);
  }

  find(id: string): Promise<Refund | null> {
    return this.refunds.findOneBy({ id });
  }

  /** @throws EntityNotFoundError */
  get(id: string): Promise<Refund> {
    return this.refunds.findOneByOrFail({ id });
  }

  /** @param gateway the one that the id is of. */
  findByGatewayId(gateway: string, gatewayRefundId: string): Promise<Refund | null> {
    return this.refunds
      .createQueryBuilder('refund')
      .innerJoin(Payment, 'payment', 'payment.id = refund.paymentId AND payment.gateway = :gateway', {
        gateway,
      })
      .where({ gatewayRefundId })
      .getOne();
  }

  /** Newest first. @param range `before`: the id that the page before ended with. */
  findAll({
    status,
    limit,
    before,
  }: {
    status?: RefundStatus;
    limit: number;
    before?: string;
  }): Promise<Refund[]> {
    return this.refunds.find({
      where: { ...(status && { status }), ...(before && { id: LessThan(before) }) },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  /** Call it with the payment's row locked. */
  async nextSequence(paymentId: string, tx: Tx): Promise<number> {
    return ((await tx.maximum(Refund, 'sequence', { paymentId })) ?? 0) + 1;
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

  /** As the claim of interrupted payments: touching them takes them. Those that the gateway is at come up after a longer while. */
  async claimPending(claim: Claim, tx: Tx): Promise<Refund[]> {
    const due = await tx
      .createQueryBuilder(Refund, 'refund')
      .innerJoin(Payment, 'payment', 'payment.id = refund.paymentId AND payment.gateway = :gateway', claim)
      .where(`refund.status = 'pending'`)
      .andWhere(
        '(refund.gatewayRefundId IS NULL AND refund.updatedAt < :before OR refund.updatedAt < :waitingBefore)',
        claim,
      )
      .orderBy('refund.updatedAt')
      .limit(claim.limit)
      .setLock('for_no_key_update', undefined, ['refund'])
      .setOnLocked('skip_locked')
      .getMany();
    if (due.length > 0)
      await tx.update(Refund, { id: In(due.map(({ id }) => id)) }, { updatedAt: claim.now });
    return due;
  }
}
