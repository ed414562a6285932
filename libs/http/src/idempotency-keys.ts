import type { IdempotentRequest } from './idempotent-request.js';

/** A request's key, and the resource that its effect makes. `status` is that of the answer, null while it is not known. */
export interface KeyOf {
  readonly request: IdempotentRequest;
  readonly resourceId: string;
  readonly status: number | null;
}

/**
 * Writes keys, in SQL: part of the statement that has the effect. One that another request holds fails the statement on
 * `idempotency_keys_pkey`, as `Idempotency.record` does.
 * @param from SQL for rows with the columns `actor_id, key, route, body_hash, resource_id`, and where `key` is not null.
 * @param status SQL, as {@link KeyOf}. @param createdAt SQL for the instant.
 */
export const insertKeysFrom = (from: string, status: string, createdAt: string) => /* sql */ `
  INSERT INTO idempotency_keys (actor_id, key, route, body_hash, resource_id, status, created_at)
  SELECT actor_id, key, route, body_hash, resource_id, ${status}, ${createdAt} FROM ${from}`;

/**
 * {@link insertKeysFrom} JSON.
 * @param rows SQL for what {@link keyRows} made.
 * @param condition SQL on `new.resource_id`: which of them had their effect.
 */
export const insertKeys = (rows: string, createdAt: string, condition: string) =>
  insertKeysFrom(
    `jsonb_to_recordset(${rows}::jsonb) AS new (actor_id uuid, key text, route text, body_hash text, resource_id uuid, status smallint)
  WHERE ${condition}`,
    'status',
    createdAt,
  );

/**
 * Stores the answer to the request that made a resource, in SQL, as `Idempotency.settle` does.
 * @param condition SQL: whether it is to happen.
 */
export const settleKey = (resourceId: string, status: string, condition: string) => /* sql */ `
  UPDATE idempotency_keys SET status = coalesce(status, ${status}) WHERE resource_id = ${resourceId} AND ${condition}`;

/** Whether a request holds the key by now, in SQL. */
export const isKeyTaken = (actor: string, key: string) =>
  `(SELECT true FROM idempotency_keys held WHERE held.actor_id = ${actor} AND held.key = ${key}) IS NOT NULL`;

/** As JSON. */
export function keyRows(keys: readonly KeyOf[]): string {
  return JSON.stringify(
    keys.map(({ request, resourceId, status }) => ({
      actor_id: request.actorId,
      key: request.key,
      route: request.route,
      body_hash: request.bodyHash,
      resource_id: resourceId,
      status,
    })),
  );
}
