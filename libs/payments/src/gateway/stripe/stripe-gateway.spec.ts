import { CONFIG } from '@app/config';
import { Clock, ManualClock } from '@app/kernel';
import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { GatewayCalls } from '../contract/gateway-calls.contract.js';
import { paymentGatewayContract } from '../payment-gateway.contract.js';
import { PaymentGateway } from '../payment-gateway.js';
import { StripeGatewayModule } from './stripe-gateway.module.js';
import { StripeGateway } from './stripe-gateway.js';
import { startStripe, type StripeHarness } from './stripe-harness.contract.js';

paymentGatewayContract('StripeGateway', startStripe);

describe('what is sent to Stripe', () => {
  let stripe: StripeHarness;
  const calls = new GatewayCalls(() => stripe);

  beforeEach(async () => {
    stripe = await startStripe();
  });
  afterEach(() => stripe.close());

  it('is of the version of the API that the adapter was written for, and tells nothing about us', async () => {
    await calls.statusOf(await calls.paid());
    expect(stripe.fake.requests).toHaveLength(3);
    for (const { headers } of stripe.fake.requests) {
      expect(headers['stripe-version']).toBe('2026-10-28.endive');
      expect(headers).not.toHaveProperty('x-stripe-client-telemetry');
    }
  });

  it('carries a key of ours with every write', async () => {
    const id = await calls.paid();
    await calls.refunded(id, 100);
    const transfer = await calls.transferred(await calls.openAccount(), 100);
    await calls.reverse(transfer, 100);
    const writes = stripe.fake.requests.filter(({ method }) => method === 'POST');
    expect(writes.map(({ path }) => path.replace(/(pi|tr)_\w+/, ':id'))).toEqual([
      '/v1/payment_intents',
      '/v1/payment_intents/:id/confirm',
      '/v1/refunds',
      '/v1/accounts',
      '/v1/account_links',
      '/v1/transfers',
      '/v1/transfers/:id/reversals',
    ]);
    expect(new Set(writes.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(writes.length);
  });
});

describe('what Stripe tells', () => {
  let stripe: StripeHarness;
  const calls = new GatewayCalls(() => stripe);

  beforeEach(async () => {
    stripe = await startStripe();
  });
  afterEach(() => stripe.close());

  it('is about something of ours, each time', async () => {
    const gatewayPaymentId = await calls.paid();
    const gatewayRefundId = await calls.refunded(gatewayPaymentId, 100);
    const accountId = await calls.openAccount();
    const gatewayTransferId = await calls.transferred(accountId, 100);
    const { gatewayDisputeId } = await calls.disputed();
    const news = stripe.fake.events.map((event) => {
      const body = JSON.stringify(event);
      return calls.gateway.parseWebhook({ body: Buffer.from(body), headers: stripe.webhook.headers(body) });
    });
    const ids = news.map(({ id }) => id);
    expect(ids).toEqual(stripe.fake.events.map(({ id }) => id));
    const told = new Map(news.map(({ type, subject }) => [type, subject]));
    expect([...told.values()]).not.toContain(undefined);
    expect(told.get('refund.created')).toEqual({ kind: 'refund', gatewayRefundId, gatewayPaymentId });
    expect(told.get('charge.refunded')).toEqual({ kind: 'payment', gatewayPaymentId });
    expect(told.get('account.updated')).toEqual({ kind: 'account', accountId });
    expect(told.get('transfer.created')).toEqual({ kind: 'transfer', gatewayTransferId });
    expect(told.get('charge.dispute.funds_withdrawn')).toEqual({ kind: 'dispute', gatewayDisputeId });
  });
});

describe('the Stripe module', () => {
  const config = {
    http: { port: 3000 },
    stripe: { apiKey: 'sk_test_1', webhookSecrets: [] },
  };
  const compiled = (settings: object) => {
    @Global()
    @Module({
      providers: [
        { provide: CONFIG, useValue: settings },
        { provide: Clock, useClass: ManualClock },
      ],
      exports: [CONFIG, Clock],
    })
    class Settings {}
    return Test.createTestingModule({ imports: [Settings, StripeGatewayModule] }).compile();
  };

  it('provides the gateway', async () => {
    expect((await compiled(config)).get(PaymentGateway)).toBeInstanceOf(StripeGateway);
  });

  it('does not start without settings', async () => {
    await expect(compiled({ http: config.http })).rejects.toThrow(/settings are not there/);
  });
});
