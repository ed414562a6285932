import type { Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, LessThan, Repository } from 'typeorm';
import type { PayoutStatus } from './payout-status.js';
import { Payout } from './payout.entity.js';

export interface PayoutFilter {
  readonly vendorId?: string;
  readonly status?: PayoutStatus;
}

@Injectable()
export class PayoutsRepository {
  constructor(@InjectRepository(Payout) private readonly payouts: Repository<Payout>) {}

  async save(payout: Payout, tx: Tx): Promise<void> {
    await tx.insert(Payout, payout);
  }

  findById(id: string): Promise<Payout | null> {
    return this.payouts.findOneBy({ id });
  }

  /** @throws EntityNotFoundError */
  get(id: string): Promise<Payout> {
    return this.payouts.findOneByOrFail({ id });
  }

  findByReversal(reversalId: string): Promise<Payout> {
    return this.payouts.findOneByOrFail({ reversalId });
  }

  findByTransfer(gateway: string, gatewayTransferId: string): Promise<Payout | null> {
    return this.payouts.findOneBy({ gateway, gatewayTransferId });
  }

  /** Whether any transfer's id is still to be learnt. */
  hasInTransit(gateway: string): Promise<boolean> {
    return this.payouts.existsBy({ gateway, status: 'in_transit' });
  }

  /** Newest first. @param range.before the id that the page before ended with. */
  findPage(filter: PayoutFilter, range: { limit: number; before?: string }): Promise<Payout[]> {
    const { vendorId, status } = filter;
    return this.payouts.find({
      where: {
        ...(vendorId && { vendorId }),
        ...(status && { status }),
        ...(range.before && { id: LessThan(range.before) }),
      },
      order: { id: 'DESC' },
      take: range.limit,
    });
  }

  /** In the order in which they were made. */
  findByRun(runId: string): Promise<Payout[]> {
    return this.payouts.find({ where: { runId }, order: { id: 'ASC' } });
  }

  findOfPeriod(key: Pick<Payout, 'vendorId' | 'currency' | 'period'>, tx: Tx): Promise<Payout | null> {
    const { vendorId, currency, period } = key;
    return tx.findOneBy(Payout, { vendorId, currency, period });
  }

  /** @throws EntityNotFoundError. Lock order: vendor, payout, account. */
  lock(id: string, tx: Tx): Promise<Payout> {
    return tx.findOneOrFail(Payout, { where: { id }, lock: { mode: 'for_no_key_update' } });
  }

  /** Compare and set. @throws Error when the status is no longer `from`: the row was not locked. */
  async update(payout: Payout, from: PayoutStatus, tx: Tx): Promise<void> {
    const { id, ...columns } = payout;
    const { affected } = await tx.update(Payout, { id, status: from }, columns);
    if (affected !== 1) throw new Error(`payout ${id} is no longer ${from}`);
  }

  /** Compare and set: whoever moves it from pending asks the gateway. @returns false when another has. */
  async takeToGateway(id: string, now: Date): Promise<boolean> {
    const { affected } = await this.payouts.update(
      { id, status: 'pending' },
      { status: 'in_transit', updatedAt: now },
    );
    return affected === 1;
  }

  /** As the claim of interrupted payments: touching them takes them. Also those that are being fetched back. */
  async claimInterrupted(
    claim: { gateway: string; before: Date; now: Date; limit: number },
    tx: Tx,
  ): Promise<Payout[]> {
    const due = await tx
      .createQueryBuilder(Payout, 'payout')
      .where(
        `(payout.status IN ('pending', 'in_transit') OR (payout.status = 'paid' AND payout.reversalId IS NOT NULL))`,
      )
      .andWhere('payout.gateway = :gateway AND payout.updatedAt < :before', claim)
      .orderBy('payout.updatedAt')
      .limit(claim.limit)
      .setLock('for_no_key_update')
      .setOnLocked('skip_locked')
      .getMany();
    if (due.length > 0)
      await tx.update(Payout, { id: In(due.map(({ id }) => id)) }, { updatedAt: claim.now });
    return due;
  }

  /**
   * Makes items of whatever was posted on the account and belongs to no payout yet. Call it with the account locked and the payout's
   * own journal posted.
   */
  async collectItems(payoutId: string, accountId: string, tx: Tx): Promise<void> {
    await tx.query(
      /* sql */ `
      INSERT INTO payout_items (payout_id, journal_id, amount)
      SELECT $1, journal_id, amount FROM postings WHERE account_id = $2
      -- Not an anti-join: until the table is analyzed, it scans all that this very statement has inserted, for each posting.
      ON CONFLICT (journal_id) DO NOTHING`,
      [payoutId, accountId],
    );
  }
}
