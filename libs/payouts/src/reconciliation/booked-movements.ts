import { toSafeInteger } from '@app/database';
import { PaymentGateway } from '@app/payments';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { addTo, NOTHING, sumOf, type Amounts } from './amounts.js';
import type { MovementType, Source, Window } from './movements.js';

/** The kinds of journals that move `gateway:balance`, and what the gateway calls it. Conversions: 1 on the way there, 2 on the way back. */
const BOOKED_AS = /* sql */ `
  CASE journal.kind
    WHEN 'payment.succeeded' THEN 'payment'
    WHEN 'payment.gateway_fee' THEN 'payment'
    WHEN 'payment.converted' THEN 'payment'
    WHEN 'refund.settled' THEN 'refund'
    WHEN 'refund.failed_later' THEN 'refund_failure'
    WHEN 'refund.converted' THEN CASE journal.occurrence WHEN 1 THEN 'refund' ELSE 'refund_failure' END
    WHEN 'payout.paid' THEN 'transfer'
    WHEN 'payout.returned' THEN 'transfer_reversal'
    WHEN 'dispute.withdrawn' THEN 'dispute'
    WHEN 'dispute.won' THEN 'dispute_reversal'
    WHEN 'dispute.converted' THEN CASE journal.occurrence WHEN 1 THEN 'dispute' ELSE 'dispute_reversal' END
  END`;

/** Ours, by what the gateway calls them. */
const RECORDS = /* sql */ `
  SELECT named.source, named.gateway_id, payment.id, payment.id AS payment_id, payment.status
  FROM named JOIN payments payment ON payment.gateway = $1 AND payment.gateway_payment_id = named.gateway_id
  WHERE named.source = 'payment'
  UNION ALL
  SELECT named.source, named.gateway_id, refund.id, payment.id, refund.status
  FROM named JOIN refunds refund ON refund.gateway_refund_id = named.gateway_id
  JOIN payments payment ON payment.id = refund.payment_id AND payment.gateway = $1
  WHERE named.source = 'refund'
  UNION ALL
  SELECT named.source, named.gateway_id, dispute.id, dispute.payment_id, dispute.status
  FROM named JOIN disputes dispute ON dispute.gateway = $1 AND dispute.gateway_dispute_id = named.gateway_id
  WHERE named.source = 'dispute'
  UNION ALL
  SELECT named.source, named.gateway_id, payout.id, NULL, payout.status
  FROM named JOIN payouts payout ON payout.gateway = $1 AND payout.gateway_transfer_id = named.gateway_id
  WHERE named.source = 'payout'`;

/** What our books have for one object at the gateway. */
export class BookedObject {
  private readonly amounts: { type: MovementType; all: Amounts; within: Amounts }[] = [];

  constructor(
    readonly paymentId: string | undefined,
    /** Of the payment, refund, payout or dispute. */
    readonly status: string,
  ) {}

  /** @param which everything that was ever posted for it, or what was posted within the window. */
  of(type: MovementType, which: 'all' | 'within'): Amounts {
    return this.amounts.find((amount) => amount.type === type)?.[which] ?? NOTHING;
  }

  total(which: 'all' | 'within'): Amounts {
    return sumOf(this.amounts.map((amount) => amount[which]));
  }

  add(type: MovementType, all: Amounts, within: Amounts): void {
    this.amounts.push({ type, all, within });
  }
}

/** A journal that says that the gateway's balance moved, and for what. */
export interface BookedMovement {
  readonly journalId: string;
  readonly kind: string;
  readonly occurredAt: Date;
  readonly type: MovementType;
  readonly source: Source;
  readonly sourceId: string;
  /** False for what went through another gateway than the one in use. */
  readonly isOfGateway: boolean;
  /** Null when our own records do not have it: nobody ever asked this gateway. */
  readonly gatewayId: string | null;
  readonly paymentId: string | null;
  /** Since when the gateway may have moved money for it; null as above. */
  readonly since: Date | null;
  readonly amounts: Amounts;
}

type MovementRow = Omit<BookedMovement, 'amounts'> & { amounts: Record<string, string> };
interface ObjectRow {
  source: Source;
  gateway_id: string;
  payment_id: string | null;
  status: string;
  booked: { type: MovementType; currency: string; amount: string; within: string }[] | null;
}

/** What our books posted to `gateway:balance`, for objects of the gateway in use alone. */
@Injectable()
export class BookedMovements {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly gateway: PaymentGateway,
  ) {}

  /**
   * One statement for all of them. @param within the window for {@link BookedObject.of}.
   * @returns by `<source> <gateway id>`; what is not ours is not among them.
   */
  async of(
    objects: readonly { source: Source; gatewayId: string }[],
    within: Window,
  ): Promise<Map<string, BookedObject>> {
    const rows = await this.dataSource.query<ObjectRow[]>(
      /* sql */ `
      WITH named AS (SELECT * FROM unnest($2::text[], $3::text[]) AS named (source, gateway_id)), record AS (${RECORDS})
      SELECT record.source, record.gateway_id, record.payment_id, record.status, (
        SELECT json_agg(moved) FROM (
          SELECT ${BOOKED_AS} AS type, account.currency, sum(posting.amount)::text AS amount, coalesce(sum(posting.amount)
            FILTER (WHERE journal.occurred_at >= $4 AND journal.occurred_at < $5), 0)::text AS within
          FROM journals journal
          JOIN postings posting ON posting.journal_id = journal.id
          JOIN ledger_accounts account ON account.id = posting.account_id AND account.name = 'gateway:balance'
          WHERE journal.source_id = record.id AND journal.source_type = record.source
          GROUP BY 1, 2
        ) AS moved
      ) AS booked
      FROM record`,
      [
        this.gateway.name,
        objects.map(({ source }) => source),
        objects.map(({ gatewayId }) => gatewayId),
        within.from,
        within.to,
      ],
    );
    return new Map(rows.map((row) => [`${row.source} ${row.gateway_id}`, toObject(row)]));
  }

  /** A page of the journals of a window, the oldest first. */
  async page(
    { from, to }: Window,
    limit: number,
    after?: { occurredAt: Date; journalId: string },
  ): Promise<BookedMovement[]> {
    const rows = await this.dataSource.query<MovementRow[]>(
      /* sql */ `
      SELECT journal.id AS "journalId", journal.kind, journal.occurred_at AS "occurredAt", ${BOOKED_AS} AS type,
        journal.source_type AS source, journal.source_id AS "sourceId", payment.id AS "paymentId",
        coalesce(payout.created_at, payment.created_at) AS since,
        coalesce(payout.gateway, dispute.gateway, payment.gateway, $1) = $1 AS "isOfGateway",
        CASE journal.source_type
          WHEN 'payment' THEN payment.gateway_payment_id
          WHEN 'refund' THEN refund.gateway_refund_id
          WHEN 'dispute' THEN dispute.gateway_dispute_id
          WHEN 'payout' THEN payout.gateway_transfer_id
        END AS "gatewayId",
        (SELECT json_object_agg(moved.currency, moved.amount::text) FROM (
          SELECT account.currency, sum(posting.amount) AS amount
          FROM postings posting
          JOIN ledger_accounts account ON account.id = posting.account_id AND account.name = 'gateway:balance'
          WHERE posting.journal_id = journal.id GROUP BY account.currency
        ) AS moved) AS amounts
      FROM (
        SELECT * FROM journals journal
        WHERE occurred_at >= $2 AND occurred_at < $3 AND (occurred_at, id) > ($4, $5) AND ${BOOKED_AS} IS NOT NULL
        ORDER BY occurred_at, id LIMIT $6
      ) AS journal
      LEFT JOIN refunds refund ON journal.source_type = 'refund' AND refund.id = journal.source_id
      LEFT JOIN disputes dispute ON journal.source_type = 'dispute' AND dispute.id = journal.source_id
      LEFT JOIN payments payment ON payment.id = CASE journal.source_type
        WHEN 'payment' THEN journal.source_id WHEN 'refund' THEN refund.payment_id WHEN 'dispute' THEN dispute.payment_id END
      LEFT JOIN payouts payout ON journal.source_type = 'payout' AND payout.id = journal.source_id
      ORDER BY journal.occurred_at, journal.id`,
      [this.gateway.name, from, to, after?.occurredAt ?? from, after?.journalId ?? FIRST_ID, limit],
    );
    return rows.map((row) => ({ ...row, amounts: toAmounts(Object.entries(row.amounts ?? {})) }));
  }

  /** Whether we wait for the gateway to tell us the id of a refund, or of a transfer: those whose ids are news to us may be these. */
  async nameless(): Promise<Record<'refund' | 'payout', boolean>> {
    const [found] = await this.dataSource.query<[Record<'refund' | 'payout', boolean>]>(
      /* sql */ `
      SELECT EXISTS (
        SELECT FROM refunds refund JOIN payments payment ON payment.id = refund.payment_id AND payment.gateway = $1
        WHERE refund.status = 'pending' AND refund.gateway_refund_id IS NULL
      ) AS refund, EXISTS (
        SELECT FROM payouts WHERE status IN ('pending', 'in_transit') AND gateway = $1
      ) AS payout`,
      [this.gateway.name],
    );
    return found;
  }
}

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

function toAmounts(entries: readonly (readonly [string, string])[]): Amounts {
  const amounts = new Map<string, number>();
  for (const [currency, units] of entries) addTo(amounts, currency, toSafeInteger(units));
  return amounts;
}

function toObject({ payment_id, status, booked }: ObjectRow): BookedObject {
  const object = new BookedObject(payment_id ?? undefined, status);
  const lines = (booked ?? []).filter(({ type }) => type !== null);
  for (const type of new Set(lines.map((line) => line.type))) {
    const ofType = lines.filter((line) => line.type === type);
    object.add(
      type,
      toAmounts(ofType.map(({ currency, amount }) => [currency, amount])),
      toAmounts(ofType.map(({ currency, within }) => [currency, within])),
    );
  }
  return object;
}
