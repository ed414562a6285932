import type { PaymentsApp } from './payments-app.js';

interface Moved {
  readonly type: string;
  readonly gatewayId: string;
  readonly net: number;
  readonly at: Date;
  readonly currency: string;
}

/** Has the mock's balance move, whatever caused it. */
export function moveBalance(house: PaymentsApp, { type, gatewayId, net, at, currency }: Moved) {
  return house.dataSource.query(
    `INSERT INTO mock_gateway_balance_transactions (id, type, gateway_id, net, currency, created_at, available_at)
     VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $5)`,
    [type, gatewayId, net, currency, at],
  );
}

/** Payouts that only the books know: 1.00 USD each. @returns their ids. */
export function plantPayouts(house: PaymentsApp, count: number) {
  return house.dataSource.query<{ id: string }[]>(
    `WITH journal AS (
       INSERT INTO journals (id, kind, source_type, source_id, occurred_at)
       SELECT gen_random_uuid(), 'payout.paid', 'payout', gen_random_uuid(), $2 FROM generate_series(1, $1)
       RETURNING id, source_id
     ), posted AS (
       INSERT INTO postings (journal_id, account_id, amount)
       SELECT journal.id, account.id, CASE account.name WHEN 'gateway:balance' THEN -100 ELSE 100 END
       FROM journal CROSS JOIN ledger_accounts account
       WHERE account.name IN ('gateway:balance', 'platform:gateway_fees') AND account.currency = 'USD'
     )
     SELECT source_id AS id FROM journal`,
    [count, house.clock.now()],
  );
}

const ID_COLUMNS = { refunds: 'gateway_refund_id', payouts: 'gateway_transfer_id' } as const;

/** What the gateway calls one of ours. */
export async function gatewayIdOf(
  house: PaymentsApp,
  table: keyof typeof ID_COLUMNS,
  id: string,
): Promise<string> {
  const [row] = await house.dataSource.query<[{ id: string }]>(
    `SELECT ${ID_COLUMNS[table]} AS id FROM ${table} WHERE id = $1`,
    [id],
  );
  return row.id;
}
