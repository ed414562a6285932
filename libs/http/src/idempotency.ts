import { createHash } from 'node:crypto';
import { applyDecorators, createParamDecorator, Injectable, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { InjectDataSource } from '@nestjs/typeorm';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { Clock } from '@app/kernel';
import type { Tx } from '@app/database';
import type { Actor } from './actor.js';
import { IdempotencyKeyReused, RequestInProgress } from './idempotency.errors.js';
import { InvalidRequest } from './http.errors.js';
import { Problems } from './problems.js';

/** A request that carries an `Idempotency-Key`, and what a repeat of it must have in common with it. */
export interface IdempotentRequest {
  readonly actorId: string;
  readonly key: string;
  readonly route: string;
  readonly bodyHash: string;
  /** Marks the answer as a repeat: `Idempotency-Replayed: true`. */
  readonly markReplayed: () => void;
  /** Set once this very request has written its key. */
  recorded: boolean;
  /** Set by an effect that was refused and has seen, when it was, that nobody holds the key: it need not be looked up again. */
  isUnheld?: boolean;
}

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

const HEADER = 'idempotency-key';

/** Members in one order: not every language keeps that of a map. */
function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The {@link IdempotentRequest}, or undefined when the client sent no key. */
export const IdempotencyKey = createParamDecorator(
  (_: unknown, context: ExecutionContext): IdempotentRequest | undefined => {
    const request = context.switchToHttp().getRequest<FastifyRequest & { actor?: Actor }>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const key = request.headers[HEADER];
    if (key === undefined || !request.actor) return undefined;
    if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) {
      throw InvalidRequest.field(
        'Idempotency-Key',
        'must be 1 to 255 printable ASCII characters without spaces',
      );
    }
    return {
      actorId: request.actor.id,
      key,
      route: `${request.method} ${request.url.split('?')[0]}`,
      // Not before it is needed: this runs ahead of the validation of the body.
      get bodyHash() {
        return createHash('sha256')
          .update(JSON.stringify(request.body ?? null, inOrder))
          .digest('base64url');
      },
      markReplayed: () => void reply.header('idempotency-replayed', 'true'),
      recorded: false,
    };
  },
);

/** Documents a route that honours `Idempotency-Key`. */
export const Idempotent = () =>
  applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Any string of your own, e.g. a UUID. Sending the request again with the same key repeats the answer, not the effect.',
    }),
    Problems(RequestInProgress, IdempotencyKeyReused),
  );
