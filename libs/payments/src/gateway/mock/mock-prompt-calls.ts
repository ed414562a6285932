import { toSafeInteger } from '@app/database';
import { addJobs, Jobs } from '@app/events';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { PaymentOutcome } from '../gateway-results.js';
import { MockBalance } from './mock-balance.js';
import { MockKnobs } from './mock-knobs.entity.js';
import type { MockPayment } from './mock-payment.entity.js';
import { MockNews } from './news/mock-news.js';

/** A call with its idempotency key; `parameters` as JSON, to be compared with those of a repeat. */
export interface KeyedCall {
  readonly key: string;
  readonly parameters: string;
}

/** All null while the world is as usual. */
interface KnobsRow {
  id: number | null;
  duplicate: boolean;
  reorder: boolean;
  delay_ms: number;
  drop: boolean;
  funds_delay_ms: string;
}

/**
 * The mock's own writes wait for no disk: whatever tells of them is committed after them to the same log, and so is not there without
 * them (PostgreSQL manual, "Asynchronous Commit").
 */
const UNFLUSHED = `set_config('synchronous_commit', 'off', true)`;

/** `$1` key, `$2` parameters, `$3` answer, `$4` now, `$5` payment. The knobs come back; no row when the key is known. */
const CREATE = /* sql */ `
WITH claimed AS MATERIALIZED (
  INSERT INTO mock_gateway_keys (key, parameters, answer, created_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT DO NOTHING RETURNING key
), created AS (
  INSERT INTO mock_gateway_payments (id, amount, currency, payment_method, status, client_secret, metadata, created_at)
  SELECT new.*, $4
  FROM claimed, jsonb_to_record($5::jsonb) AS new (id text, amount bigint, currency char(3), "paymentMethod" text, status text,
    "clientSecret" text, metadata jsonb)
)
SELECT knobs.id, duplicate, reorder, delay_ms, drop, funds_delay_ms, ${UNFLUSHED}
FROM claimed LEFT JOIN mock_gateway_knobs knobs ON true`;

/** `$1` payment, `$2` its new status, `$3` key, `$4` parameters, `$5` answer, `$6` now, `$7` movement of the balance, `$8` webhooks. */
const CHARGE = /* sql */ `
WITH charged AS MATERIALIZED (
  UPDATE mock_gateway_payments SET status = $2 WHERE id = $1 AND status = 'created' RETURNING id
), answered AS (
  INSERT INTO mock_gateway_keys (key, parameters, answer, created_at)
  SELECT $3, $4, $5::jsonb, $6::timestamptz FROM charged
), moved AS (
  INSERT INTO mock_gateway_balance_transactions (type, gateway_id, net, currency, id, created_at, available_at)
  SELECT new.* FROM charged, jsonb_to_record($7::jsonb) AS new (type text, "gatewayId" text, net bigint, currency char(3), id text,
    "createdAt" timestamptz, "availableAt" timestamptz)
)
SELECT (SELECT count(*) FROM ${addJobs('$8')}), ${UNFLUSHED} FROM charged`;

/** The two calls of every payment where nothing is out of the ordinary: each is one statement, which does all of it or nothing. */
@Injectable()
export class MockPromptCalls {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly balance: MockBalance,
    private readonly news: MockNews,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /** @returns the world as it is; undefined when the call is a repeat. */
  async create(payment: MockPayment, call: KeyedCall, answer: object): Promise<MockKnobs | undefined> {
    const [row] = await this.dataSource.query<KnobsRow[]>(CREATE, [
      call.key,
      call.parameters,
      JSON.stringify(answer),
      this.clock.now(),
      JSON.stringify(payment),
    ]);
    return row && toKnobs(row);
  }

  /**
   * @param payment as the mock knows it: it is charged if it still waits to be confirmed.
   * @returns undefined when it does not.
   */
  async charge(
    payment: MockPayment,
    call: KeyedCall,
    knobs: MockKnobs,
    delayMs: number,
  ): Promise<PaymentOutcome | undefined> {
    payment.charge();
    const { id: gatewayId, status, outcome, amount, fee, currency } = payment;
    const movement = this.balance.transaction(
      { type: 'payment', gatewayId, net: amount - fee, currency },
      knobs,
    );
    const news = this.news.webhooks('payment.succeeded', { gatewayPaymentId: gatewayId }, knobs, { delayMs });
    const charged = await this.dataSource.query<unknown[]>(CHARGE, [
      gatewayId,
      status,
      call.key,
      call.parameters,
      JSON.stringify(outcome),
      this.clock.now(),
      JSON.stringify(movement),
      this.jobs.specsOf(news),
    ]);
    return charged.length > 0 ? outcome : undefined;
  }
}

function toKnobs({
  id,
  duplicate,
  reorder,
  delay_ms: delayMs,
  drop,
  funds_delay_ms: delay,
}: KnobsRow): MockKnobs {
  if (id === null) return new MockKnobs();
  const fundsDelayMs = toSafeInteger(delay);
  return Object.assign(new MockKnobs(), { duplicate, reorder, delayMs, drop, fundsDelayMs });
}
