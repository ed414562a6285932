import { toSafeInteger } from '@app/database';
import { decodeCursor, page, ResourceNotFound, type Actor, type Page, type PageQuery } from '@app/http';
import { money, type Money } from '@app/kernel';
import { Vendors } from '@app/vendors';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { DataSource } from 'typeorm';
import type { Payout } from './payout.entity.js';
import { PayoutsRepository, type PayoutFilter } from './payouts.repository.js';

/** A part of what a vendor was paid, seen from his side: what he earned is positive. */
export interface PaidItem {
  readonly journalId: string;
  readonly payoutId: string;
  /** The kind of the journal. */
  readonly kind: string;
  readonly bookingId: string | null;
  readonly amount: Money;
  readonly occurredAt: Date;
}

/** Reading payouts: members of the vendor see theirs, admins all. */
@Injectable()
export class Payouts {
  constructor(
    private readonly payouts: PayoutsRepository,
    private readonly vendors: Vendors,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  /** @throws ResourceNotFound */
  async get(id: string): Promise<Payout> {
    const payout = await this.payouts.findById(id);
    if (!payout) throw new ResourceNotFound('payout', id);
    return payout;
  }

  /** For whoever was allowed to fetch it back: a request that is repeated. */
  getByReversal(reversalId: string): Promise<Payout> {
    return this.payouts.findByReversal(reversalId);
  }

  /** For admins; newest first. */
  async list({ limit, cursor, ...filter }: PageQuery & PayoutFilter): Promise<Page<Payout>> {
    const before = idIn(cursor);
    const rows = await this.payouts.findPage(filter, { limit: limit + 1, before });
    return page(rows, limit, ({ id }) => [id]);
  }

  /** Newest first. @throws ResourceNotFound to strangers */
  async listOfVendor(
    actor: Actor,
    vendorId: string,
    query: PageQuery & Pick<PayoutFilter, 'status'>,
  ): Promise<Page<Payout>> {
    await this.vendors.requireMember(actor, vendorId);
    return this.list({ ...query, vendorId });
  }

  /**
   * What the vendor was paid for, newest first: the items of a payout add up to its amount, but for what is too small to be
   * transferred. @throws ResourceNotFound to strangers
   */
  async itemsOfVendor(
    actor: Actor,
    vendorId: string,
    { payoutId, limit, cursor }: PageQuery & { payoutId?: string },
  ): Promise<Page<PaidItem>> {
    await this.vendors.requireMember(actor, vendorId);
    const rows = await this.dataSource.query<
      (Omit<PaidItem, 'amount'> & { amount: string; currency: string })[]
    >(
      /* sql */ `
      SELECT item.journal_id AS "journalId", item.payout_id AS "payoutId", journal.kind, journal.booking_id AS "bookingId",
        -item.amount AS amount, payout.currency, journal.occurred_at AS "occurredAt"
      FROM payouts payout
      JOIN payout_items item ON item.payout_id = payout.id
      JOIN journals journal ON journal.id = item.journal_id
      WHERE payout.vendor_id = $1 AND ($2::uuid IS NULL OR payout.id = $2) AND ($3::uuid IS NULL OR journal.id < $3)
        -- Its own: what closes the account for the payout.
        AND NOT (journal.kind = 'payout.submitted' AND journal.source_id = payout.id)
      ORDER BY journal.id DESC LIMIT $4`,
      [vendorId, payoutId ?? null, idIn(cursor) ?? null, limit + 1],
    );
    const items = rows.map(({ amount, currency, ...row }) => ({
      ...row,
      amount: money(toSafeInteger(amount), currency),
    }));
    return page(items, limit, ({ journalId }) => [journalId]);
  }
}

function idIn(cursor: string | undefined): string | undefined {
  return decodeCursor(cursor, [(part) => isUUID(part)])?.[0] as string | undefined;
}
