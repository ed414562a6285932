import { createHash } from 'node:crypto';
import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from './actor.js';
import { InvalidRequest } from './http.errors.js';
import { IdempotencyKeyReused, RequestInProgress } from './idempotency.errors.js';
import { Problems } from './problems.js';

/** A request that carries an `Idempotency-Key`, and what a repeat of it must have in common with it. */
export interface IdempotentRequest {
  readonly actorId: string;
  readonly key: string;
  readonly route: string;
  readonly bodyHash: string;
  /** Marks the answer as a repeat: `Idempotency-Replayed: true`. */
  markReplayed(): void;
  /** Set once this very request has written its key. */
  recorded: boolean;
  /** Set by an effect that was refused and has seen, when it was, that nobody holds the key: it need not be looked up again. */
  isUnheld?: boolean;
}

const HEADER = 'idempotency-key';

/** Members in one order: not every language keeps that of a map. */
function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * A class, since every request makes one: of an object with a getter of its own V8 makes a hidden class each time, and that keeps all that the
 * getter knows, the request and its answer, until the next full garbage collection.
 */
class KeyedRequest implements IdempotentRequest {
  readonly actorId: string;
  readonly route: string;
  recorded = false;
  isUnheld?: boolean;

  constructor(
    readonly key: string,
    actor: Actor,
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
  ) {
    this.actorId = actor.id;
    this.route = `${request.method} ${request.url.split('?')[0]}`;
  }

  /** Not before it is needed: the key is read ahead of the validation of the body. */
  get bodyHash(): string {
    return createHash('sha256')
      .update(JSON.stringify(this.request.body ?? null, inOrder))
      .digest('base64url');
  }

  markReplayed(): void {
    void this.reply.header('idempotency-replayed', 'true');
  }
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
    return new KeyedRequest(key, request.actor, request, reply);
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
