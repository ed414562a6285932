import type { Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, IsNull, LessThan, Repository } from 'typeorm';
import { PayoutRun, type Skipped } from './payout-run.entity.js';

/** The vendor's available balances, by currency; the postings are read from the index alone. */
const BALANCES = /* sql */ `
  SELECT account.currency
  FROM ledger_accounts account JOIN postings posting ON posting.account_id = account.id
  WHERE account.vendor_id = vendor.id AND account.name = 'vendor:available'
  GROUP BY account.currency`;

@Injectable()
export class PayoutRunsRepository {
  constructor(@InjectRepository(PayoutRun) private readonly runs: Repository<PayoutRun>) {}

  async save(run: PayoutRun, tx: Tx): Promise<void> {
    await tx.insert(PayoutRun, run);
  }

  /** @returns false when a scheduled run of the period is there already. */
  async saveScheduled(run: PayoutRun): Promise<boolean> {
    const { identifiers, raw } = await this.runs
      .createQueryBuilder()
      .insert()
      .values(run)
      .orIgnore()
      .returning('id')
      .execute();
    return identifiers.length > 0 && (raw as unknown[]).length > 0;
  }

  /** @throws EntityNotFoundError */
  get(id: string): Promise<PayoutRun> {
    return this.runs.findOneByOrFail({ id });
  }

  async touch(id: string, now: Date): Promise<void> {
    await this.runs.update({ id, completedAt: IsNull() }, { updatedAt: now });
  }

  /** Whoever comes first: what a process that went on beside it found changes nothing. */
  async complete(id: string, skipped: readonly Skipped[], now: Date): Promise<void> {
    await this.runs.query(
      `UPDATE payout_runs SET skipped = $2, completed_at = $3, updated_at = $3 WHERE id = $1 AND completed_at IS NULL`,
      [id, JSON.stringify(skipped), now],
    );
  }

  /** As the claim of interrupted payouts: touching them takes them. */
  async claimUnfinished(claim: { before: Date; now: Date; limit: number }, tx: Tx): Promise<PayoutRun[]> {
    const due = await tx.find(PayoutRun, {
      where: { completedAt: IsNull(), updatedAt: LessThan(claim.before) },
      order: { updatedAt: 'ASC' },
      take: claim.limit,
      lock: { mode: 'for_no_key_update', onLocked: 'skip_locked' },
    });
    if (due.length > 0)
      await tx.update(PayoutRun, { id: In(due.map(({ id }) => id)) }, { updatedAt: claim.now });
    return due;
  }

  /**
   * Vendors with something available or owed, or paid in the period already; of the run's schedule unless it is forced.
   * @param after the id that the batch before ended with.
   */
  async vendorsDue(run: PayoutRun, after: string | undefined, limit: number): Promise<string[]> {
    const rows = await this.runs.query<{ id: string }[]>(
      /* sql */ `
      SELECT vendor.id FROM vendors vendor
      WHERE ($1 OR vendor.payout_schedule = $2) AND ($3::uuid IS NULL OR vendor.id > $3) AND (
        EXISTS (${BALANCES} HAVING sum(posting.amount) <> 0)
        OR EXISTS (SELECT FROM payouts WHERE vendor_id = vendor.id AND period = $4)
      )
      ORDER BY vendor.id LIMIT $5`,
      [run.forced, run.schedule, after ?? null, run.period, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** In which the vendor has something available or owed, or was paid in the period; for a run of one vendor all that he ever had. */
  async currenciesDue({ period, vendorId: only }: PayoutRun, vendorId: string): Promise<string[]> {
    const rows = await this.runs.query<{ currency: string }[]>(
      /* sql */ `
      SELECT due.currency FROM vendors vendor CROSS JOIN LATERAL (
        ${BALANCES} HAVING $3 OR sum(posting.amount) <> 0
        UNION SELECT currency FROM payouts WHERE vendor_id = vendor.id AND period = $2
      ) AS due
      WHERE vendor.id = $1 ORDER BY due.currency`,
      [vendorId, period, only !== null],
    );
    return rows.map(({ currency }) => currency);
  }
}
