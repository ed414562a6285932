import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Accounts } from './accounts.js';
import { Charges } from './charges.js';
import { Disputes } from './disputes.js';
import type { Parameters } from './documented-parameters.js';
import { endpointsOf, type Endpoint, type Resources } from './endpoints.js';
import { StripeApiError, turnedAway, UndocumentedRequest } from './errors.js';
import { read, send, type SeenRequest, type StripeAnswer } from './exchange.js';
import { Faults } from './faults.js';
import { decodeForm } from './form.js';
import { IdempotencyKeys } from './idempotency.js';
import { PaymentIntents } from './payment-intents.js';
import { behaviourOf } from './payment-methods.js';
import { Refunds } from './refunds.js';
import { Transfers } from './transfers.js';
import { WebhookEndpoint } from './webhooks.js';
import { World } from './world.js';

export interface StripeFakeOptions {
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** The keys that the `stripe` package makes up for itself: another for each attempt of ours, so that they protect nothing. */
const MADE_UP_KEY = /^stripe-node-retry-/;

/**
 * A stateful stand-in for api.stripe.com on this machine: it speaks the wire format of Stripe's API v1, so that the official
 * package works against it. Amounts are in Stripe's own units. What a test does to it from outside (a payer, a bank, the
 * dashboard) goes through its resources: `fake.intents.authenticate(id, 'pass')`, `fake.disputes.open(id)`.
 */
export class StripeFake implements Resources {
  readonly world: World;
  readonly intents: PaymentIntents;
  readonly refunds: Refunds;
  readonly charges: Charges;
  readonly disputes: Disputes;
  readonly accounts: Accounts;
  readonly transfers: Transfers;
  readonly faults = new Faults();
  readonly keys = new IdempotencyKeys();
  /** All that has arrived, oldest first. */
  readonly requests: SeenRequest[] = [];
  /** What a client of Stripe's must not do; each as `POST /v1/refunds: why`. */
  readonly violations: string[] = [];
  private readonly endpoints: Endpoint[];
  private readonly server: Server;

  private constructor({ now = Date.now }: StripeFakeOptions) {
    this.world = new World(now);
    this.charges = new Charges(this.world);
    this.disputes = new Disputes(this.world, this.charges);
    this.intents = new PaymentIntents(this.world, this.charges, this.disputes);
    this.refunds = new Refunds(this.world, this.charges);
    this.accounts = new Accounts(this.world);
    this.transfers = new Transfers(this.world, this.accounts);
    this.endpoints = endpointsOf(this);
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  static async start(options: StripeFakeOptions = {}): Promise<StripeFake> {
    const fake = new StripeFake(options);
    fake.server.listen(0, '127.0.0.1');
    await once(fake.server, 'listening');
    return fake;
  }

  /** For `STRIPE_API_BASE`. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get events() {
    return this.world.events.all;
  }

  endpoint(url: string, secret: string): WebhookEndpoint {
    return new WebhookEndpoint(this.world.events, url, secret, this.world.now);
  }

  /** Puts money into the platform's balance, as from its bank. */
  topUp(amount: number, currency: string): void {
    this.world.balance.move({ type: 'topup', amount, currency, source: null });
  }

  async close(): Promise<void> {
    this.faults.close();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen = await read(request).catch(() => undefined);
    if (!seen) return;
    this.requests.push(seen);
    const answer = await this.answer(seen);
    if (answer === 'none') response.destroy();
    else if (!response.destroyed) send(response, seen, answer);
  }

  private async answer(seen: SeenRequest): Promise<StripeAnswer | 'none'> {
    try {
      if ((await this.faults.at('before', seen)) === 'drop') return 'none';
      const { endpoint, id } = this.find(seen);
      const parameters = this.read(seen, endpoint);
      const answer = await this.once(seen, () => endpoint.carryOut(parameters, id), parameters);
      if (answer === 'none' || (await this.faults.at('after', seen)) === 'drop') return 'none';
      if (seen.path.endsWith('/confirm') && this.isSilent(id)) return await this.faults.never;
      return answer;
    } catch (error) {
      const refusal = this.refusal(error, seen);
      if (seen.idempotencyKey && (error as StripeApiError).executed)
        this.keys.keep(seen.idempotencyKey, refusal);
      return refusal;
    }
  }

  /** Carries it out, unless its key has been here. */
  private async once(
    seen: SeenRequest,
    carryOut: () => object,
    parameters: Parameters,
  ): Promise<StripeAnswer | 'none'> {
    const key = seen.method === 'GET' ? undefined : seen.idempotencyKey;
    const known = key === undefined ? undefined : this.keys.begin(key, seen);
    if (known) return known;
    try {
      const goOn = await this.faults.at('during', seen);
      this.world.events.cause = { id: seen.id, idempotency_key: key ?? null };
      const body = this.world.objects.view(carryOut(), parameters['expand'] ?? []);
      const answer = { status: 200, body };
      if (key !== undefined) this.keys.keep(key, answer);
      return goOn === 'drop' ? 'none' : answer;
    } catch (error) {
      const refusal = this.refusal(error, seen);
      if (key !== undefined && (error as StripeApiError).executed) this.keys.keep(key, refusal);
      else if (key !== undefined) this.keys.forget(key);
      return refusal;
    } finally {
      this.world.events.cause = { id: null, idempotency_key: null };
    }
  }

  private isSilent(intentId: string): boolean {
    const method = this.intents.get(intentId)['payment_method'] as string | null;
    return method !== null && behaviourOf(method).silent === true;
  }

  private find(seen: SeenRequest): { endpoint: Endpoint; id: string } {
    const key = /^Bearer (sk|rk)_test_\w+$/.test(seen.headers.authorization ?? '');
    if (!key) throw turnedAway(401, { type: 'invalid_request_error', message: 'Invalid API Key provided.' });
    const endpoint = this.endpoints.find(
      ({ method, path }) => method === seen.method && path.test(seen.path),
    );
    if (!endpoint) {
      const message = `Unrecognized request URL (${seen.method}: ${seen.path}).`;
      this.violations.push(message);
      throw turnedAway(404, { type: 'invalid_request_error', message });
    }
    return { endpoint, id: decodeURIComponent(endpoint.path.exec(seen.path)?.[1] ?? '') };
  }

  private read(seen: SeenRequest, endpoint: Endpoint): Parameters {
    if (seen.method !== 'GET' && (seen.idempotencyKey === undefined || MADE_UP_KEY.test(seen.idempotencyKey)))
      throw new UndocumentedRequest(
        undefined,
        'idempotency-key',
        'A write without an Idempotency-Key of its own.',
      );
    return endpoint.parameters.check(decodeForm(seen.form));
  }

  private refusal(error: unknown, seen: SeenRequest): StripeAnswer {
    if (!(error instanceof StripeApiError)) {
      this.violations.push(`${seen.method} ${seen.path}: ${String(error)}`);
      return { status: 500, body: { error: { type: 'api_error', message: String(error) } } };
    }
    if (error instanceof UndocumentedRequest)
      this.violations.push(`${seen.method} ${seen.path}: ${error.message}`);
    const headers: Record<string, string> = error.status === 429 ? { 'retry-after': '1' } : {};
    if (error.executed && error.status >= 500) headers['stripe-should-retry'] = 'false';
    return { status: error.status, body: { error: error.body }, headers };
  }
}
