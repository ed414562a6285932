import type { IncomingMessage, ServerResponse } from 'node:http';
import { newStripeId } from './object-store.js';

/** A request as it arrived. */
export interface SeenRequest {
  readonly id: string;
  readonly method: string;
  /** Without the query, e.g. `/v1/refunds`. */
  readonly path: string;
  /** The form-encoded body, or the query. */
  readonly form: string;
  readonly idempotencyKey: string | undefined;
  readonly headers: IncomingMessage['headers'];
}

/** What it is answered. */
export interface StripeAnswer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function read(request: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const [path = '/', query = ''] = (request.url ?? '/').split('?');
  const body = Buffer.concat(chunks).toString();
  const key = request.headers['idempotency-key'];
  return {
    id: newStripeId('req'),
    method: request.method ?? 'GET',
    path,
    form: request.method === 'POST' ? body : query,
    idempotencyKey: Array.isArray(key) ? key[0] : key,
    headers: request.headers,
  };
}

export function send(response: ServerResponse, seen: SeenRequest, answer: StripeAnswer): void {
  const { idempotencyKey, headers } = seen;
  const version = headers['stripe-version'];
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'request-id': seen.id,
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    ...(typeof version === 'string' && { 'stripe-version': version }),
    ...answer.headers,
  });
  response.end(JSON.stringify(answer.body));
}
