import type { Tx } from '@app/database';
import { toSafeInteger } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { BalanceTransactionsOutcome } from '../gateway-results.js';
import type { ListBalanceTransactions } from '../payment-gateway.js';
import { MockBalanceTransaction } from './mock-balance-transaction.entity.js';
import type { MockKnobs } from './mock-knobs.entity.js';
import { mockId } from './mock-id.js';
import { MockWorld } from './mock-world.js';

const PAGE_SIZE = 100;
const TRANSFERS_LOCK = 'mock gateway transfers';

type MockMovement = Pick<MockBalanceTransaction, 'type' | 'gatewayId' | 'net' | 'currency'>;

/** The platform's balance at the mock: the sum of its movements. Refunds and disputes may take it below zero. */
@Injectable()
export class MockBalance {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly world: MockWorld,
    private readonly clock: Clock,
  ) {}

  /** @param movement `net` is signed. */
  async record(movement: MockMovement, tx: Tx): Promise<void> {
    await tx.insert(MockBalanceTransaction, this.transaction(movement, await this.world.knobs(tx)));
  }

  /** {@link record} for whoever writes it himself. */
  transaction(movement: MockMovement, { fundsDelayMs }: MockKnobs) {
    const createdAt = this.clock.now();
    const delayMs = movement.type === 'payment' ? fundsDelayMs : 0;
    return {
      ...movement,
      id: mockId('txn'),
      createdAt,
      availableAt: new Date(createdAt.getTime() + delayMs),
    };
  }

  /** What may be transferred; nobody else transfers until `tx` is over. */
  async availableForTransfer(currency: string, tx: Tx): Promise<number> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [TRANSFERS_LOCK]);
    const [row] = await tx.query<[{ available: string }]>(
      `SELECT coalesce(sum(net), 0) AS available FROM mock_gateway_balance_transactions
       WHERE currency = $1 AND available_at <= $2`,
      [currency, this.clock.now()],
    );
    return toSafeInteger(row.available);
  }

  /** The oldest first. */
  async list({ from, to, cursor }: ListBalanceTransactions): Promise<BalanceTransactionsOutcome> {
    const query = this.dataSource
      .getRepository(MockBalanceTransaction)
      .createQueryBuilder('movement')
      .where('movement.createdAt >= :from AND movement.createdAt < :to', { from, to })
      .orderBy({ 'movement.createdAt': 'ASC', 'movement.id': 'ASC' })
      .limit(PAGE_SIZE + 1);
    if (cursor !== undefined) {
      query.andWhere(
        `(movement.created_at, movement.id) >
         (SELECT created_at, id FROM mock_gateway_balance_transactions WHERE id = :cursor)`,
        { cursor },
      );
    }
    const rows = await query.getMany();
    const data = rows.slice(0, PAGE_SIZE).map((row) => row.toBalanceTransaction());
    const last = data.at(-1);
    return { status: 'page', data, ...(rows.length > PAGE_SIZE && last && { nextCursor: last.id }) };
  }
}
