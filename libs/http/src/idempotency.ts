import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Clock } from '@app/kernel';
import type { Tx } from '@app/database';
import { IdempotencyKeyReused, RequestInProgress } from './idempotency.errors.js';
import type { IdempotentRequest } from './idempotent-request.js';

const KEPT_MS = 24 * 60 * 60_000;

/** Runs in the transaction that has an effect, once its resource is known. */
export type Alongside = (resourceId: string, tx: Tx) => Promise<void>;

interface StoredKey {
  route: string;
  bodyHash: string;
  resourceId: string;
  status: number | null;
}

/**
 * The `Idempotency-Key` of a POST that moves money or seats. The key's row is written in the transaction that has the effect and
 * points at the resource; a repeat shows that resource as it is now. Answers of 2xx and 402 are kept for 24 h, others are not.
 */
@Injectable()
export class Idempotency {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /**
   * Tries `effect` first, so that a new request costs no look-up; when that fails before its key was written (the key is taken, or
   * the state no longer allows it because the first request has changed it), a stored key turns the failure into a replay.
   * @param replay renders the resource; `status` is that of the first answer, 201 or 402.
   * @throws RequestInProgress while the first request is being worked on; IdempotencyKeyReused for another route or body.
   */
  async run<T>(
    request: IdempotentRequest | undefined,
    effect: () => Promise<T>,
    replay: (resourceId: string, status: number) => Promise<T>,
  ): Promise<T> {
    try {
      return await effect();
    } catch (error) {
      const stored = request && !request.recorded && !request.isUnheld && (await this.find(request));
      if (!request || !stored) throw error;
      if (stored.route !== request.route || stored.bodyHash !== request.bodyHash)
        throw new IdempotencyKeyReused();
      if (stored.status === null) throw new RequestInProgress();
      request.markReplayed();
      return replay(stored.resourceId, stored.status);
    }
  }

  /**
   * Writes the key beside its effect. @param status null when the answer is not known yet: {@link settle} follows.
   * @throws QueryFailedError on `idempotency_keys_pkey` when another request holds the key: `run` makes a replay of it.
   */
  async record(
    request: IdempotentRequest | undefined,
    resourceId: string,
    status: number | null,
    tx: Tx,
  ): Promise<void> {
    if (!request) return;
    await tx.query(
      `INSERT INTO idempotency_keys (actor_id, key, route, body_hash, resource_id, status, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [request.actorId, request.key, request.route, request.bodyHash, resourceId, status, this.clock.now()],
    );
    request.recorded = true;
  }

  /** {@link record} for a service that knows nothing of requests. */
  recorder(request: IdempotentRequest | undefined, status: number): Alongside {
    return (resourceId, tx) => this.record(request, resourceId, status, tx);
  }

  /** Stores the first answer's status for whichever key points at the resource; `null` forgets the key, so that the same request may be tried again. */
  async settle(resourceId: string, status: number | null, tx: Tx): Promise<void> {
    if (status === null) await tx.query('DELETE FROM idempotency_keys WHERE resource_id = $1', [resourceId]);
    else
      await tx.query('UPDATE idempotency_keys SET status = coalesce(status, $2) WHERE resource_id = $1', [
        resourceId,
        status,
      ]);
  }

  /** Forgets keys whose time is over, the oldest first. @returns how many, `limit` at most. */
  async purge(limit: number): Promise<number> {
    const [, purged] = await this.dataSource.query<[unknown[], number]>(
      `DELETE FROM idempotency_keys WHERE (actor_id, key) IN (
         SELECT actor_id, key FROM idempotency_keys WHERE created_at <= $1
         ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED
       )`,
      [new Date(this.clock.now().getTime() - KEPT_MS), limit],
    );
    return purged;
  }

  private async find(request: IdempotentRequest): Promise<StoredKey | undefined> {
    const [stored] = await this.dataSource.query<StoredKey[]>(
      `SELECT route, body_hash AS "bodyHash", resource_id AS "resourceId", status
       FROM idempotency_keys WHERE actor_id = $1 AND key = $2`,
      [request.actorId, request.key],
    );
    return stored;
  }
}
