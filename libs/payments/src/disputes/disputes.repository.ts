import type { Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, LessThan, Repository } from 'typeorm';
import { Dispute, UNDECIDED_STATUSES, type DisputeStatus } from './dispute.entity.js';

@Injectable()
export class DisputesRepository {
  constructor(@InjectRepository(Dispute) private readonly disputes: Repository<Dispute>) {}

  findById(id: string): Promise<Dispute | null> {
    return this.disputes.findOneBy({ id });
  }

  /** Newest first. @param before the id that the page before ended with. */
  findPage({
    limit,
    before,
    status,
  }: {
    limit: number;
    before?: string;
    status?: DisputeStatus;
  }): Promise<Dispute[]> {
    return this.disputes.find({
      where: { ...(status && { status }), ...(before && { id: LessThan(before) }) },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  /** The dispute as it is known, or else as it begins. Booking and payment are locked first. @throws Error when it is of another payment. */
  async lock(begun: Dispute, tx: Tx): Promise<Dispute> {
    await tx.createQueryBuilder().insert().into(Dispute).values(begun).orIgnore().execute();
    const { gateway, gatewayDisputeId, paymentId } = begun;
    const dispute = await tx.findOneOrFail(Dispute, {
      where: { gateway, gatewayDisputeId },
      lock: { mode: 'for_no_key_update' },
    });
    if (dispute.paymentId !== paymentId)
      throw new Error(`dispute ${gatewayDisputeId} is of payment ${dispute.paymentId}, not of ${paymentId}`);
    return dispute;
  }

  /** Compare and set. @throws Error when the status is no longer `from`: the row was not locked. */
  async update(dispute: Dispute, from: DisputeStatus, tx: Tx): Promise<void> {
    const { id, ...columns } = dispute;
    const { affected } = await tx.update(Dispute, { id, status: from }, columns);
    if (affected !== 1) throw new Error(`dispute ${id} is no longer ${from}`);
  }

  /** Takes up to `limit` disputes of a gateway that are undecided and that nobody has touched since `before`, by touching them. */
  async claimUndecided(
    claim: { gateway: string; before: Date; now: Date; limit: number },
    tx: Tx,
  ): Promise<Dispute[]> {
    const due = await tx.find(Dispute, {
      where: {
        status: In([...UNDECIDED_STATUSES]),
        gateway: claim.gateway,
        updatedAt: LessThan(claim.before),
      },
      order: { updatedAt: 'ASC' },
      take: claim.limit,
      lock: { mode: 'for_no_key_update', onLocked: 'skip_locked' },
    });
    if (due.length > 0)
      await tx.update(Dispute, { id: In(due.map(({ id }) => id)) }, { updatedAt: claim.now });
    return due;
  }
}
