import { Transactor, type Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { IdempotencyMismatch } from '../payment-gateway.js';

/** The mock's own memory of idempotency keys, with the semantics of Stripe's (docs.stripe.com/api/idempotent_requests). */
@Injectable()
export class MockIdempotency {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs `effect` in a transaction of the mock's own, once for each key; a repeat, also one that overlaps the first, gets the first
   * answer again. @throws IdempotencyMismatch when the parameters differ from the first time.
   */
  once<T extends object>(key: string, parameters: object, effect: (tx: Tx) => Promise<T>): Promise<T> {
    const canonical = JSON.stringify(parameters);
    return this.transactor.run(async (tx) => {
      const claimed = await tx.query<unknown[]>(
        `INSERT INTO mock_gateway_keys (key, parameters, created_at) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING RETURNING key`,
        [key, canonical, this.clock.now()],
      );
      if (claimed.length === 0) return this.replay<T>(key, canonical, tx);
      const answer = await effect(tx);
      await tx.query('UPDATE mock_gateway_keys SET answer = $2 WHERE key = $1', [
        key,
        JSON.stringify(answer),
      ]);
      return answer;
    });
  }

  /** @returns the answer to the first call with the key. @throws IdempotencyMismatch */
  async replay<T>(
    key: string,
    canonical: string,
    tx: Pick<DataSource, 'query'> = this.dataSource,
  ): Promise<T> {
    const [first] = await tx.query<{ parameters: string; answer: T }[]>(
      'SELECT parameters, answer FROM mock_gateway_keys WHERE key = $1',
      [key],
    );
    if (first?.parameters !== canonical) throw new IdempotencyMismatch(key);
    return first.answer;
  }
}
