import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '@app/kernel';
import { Logger } from '@nestjs/common';
import { GatewayCalls, goOn, idOf, usd } from '../contract/gateway-calls.contract.js';
import type { StripeGateway } from './stripe-gateway.js';
import { gatewayAt, startStripe, type StripeHarness } from './stripe-harness.contract.js';

const unavailable = { status: 'unavailable', rateLimited: false, retryAfterSeconds: 1 };
const unknown = { status: 'unknown' };

let stripe: StripeHarness;
const calls = new GatewayCalls(() => stripe);

beforeEach(async () => {
  stripe = await startStripe();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await stripe.close();
});

/** The keys of the writes to a path, as they arrived. */
const keysOf = (path: RegExp) =>
  stripe.fake.requests
    .filter((request) => request.method === 'POST' && path.test(request.path))
    .map(({ idempotencyKey }) => idempotencyKey);

describe('a request that fails quickly is repeated once', () => {
  const refund = async () => {
    const id = await calls.paid();
    const refundId = newId();
    return { outcome: await calls.refund(id, 4000, refundId), key: `refund:${refundId}` };
  };

  it.each([
    ['before it arrived', 'before'],
    ['after it was carried out', 'after'],
  ] as const)('with its key, when the connection broke %s', async (_, stage) => {
    stripe.fake.faults.drop('POST', /refunds$/, stage);
    const { outcome, key } = await refund();
    expect(outcome).toMatchObject({ status: 'succeeded' });
    expect(keysOf(/refunds$/)).toEqual([key, key]);
    expect(stripe.fake.world.objects.all('refund')).toHaveLength(1);
  });

  it('with its key, when Stripe had a fault', async () => {
    stripe.fake.faults.fail('POST', /refunds$/, 503);
    const { outcome, key } = await refund();
    expect(outcome).toMatchObject({ status: 'succeeded' });
    expect(keysOf(/refunds$/)).toEqual([key, key]);
  });

  it('and no more: then its outcome is unknown', async () => {
    stripe.fake.faults.fail('POST', /refunds$/, 503, { times: 2 });
    expect((await refund()).outcome).toEqual(unknown);
    expect(keysOf(/refunds$/)).toHaveLength(2);
  });

  it('but not when Stripe says that it would be of no use', async () => {
    stripe.fake.faults.fail('POST', /refunds$/, 500, { stage: 'after' });
    expect((await refund()).outcome).toEqual(unknown);
    expect(keysOf(/refunds$/)).toHaveLength(1);
  });

  it('but not when Stripe limits us', async () => {
    stripe.fake.faults.fail('POST', /refunds$/, 429);
    expect((await refund()).outcome).toEqual({ ...unavailable, rateLimited: true });
    expect(keysOf(/refunds$/)).toHaveLength(1);
  });

  it('and what the first may have done is not forgotten when the second is turned away', async () => {
    const { faults } = stripe.fake;
    const hold = faults.hold('POST', /confirm$/, 'after');
    let id = '';
    const paying = calls.gateway.processPayment(calls.order('good'), (created) => {
      id = created;
      return Promise.resolve('confirm');
    });
    await hold.arrived;
    faults.fail('POST', /confirm$/, 429);
    hold.drop();
    expect(await paying).toEqual(unknown);
    expect(await calls.statusOf(id)).toMatchObject({ status: 'succeeded' });
  });

  it('and waits for nothing that is still under way: that is unknown', async () => {
    const id = await calls.paid();
    const refundId = newId();
    const hold = stripe.fake.faults.hold('POST', /refunds$/, 'during');
    const first = calls.refund(id, 4000, refundId);
    await hold.arrived;
    expect(await calls.refund(id, 4000, refundId)).toEqual(unknown);
    hold.release();
    expect(await first).toMatchObject({ status: 'succeeded' });
    expect(stripe.fake.world.objects.all('refund')).toHaveLength(1);
  });
});

describe('a request that is not answered', () => {
  const brief = { timeoutMs: 100 };
  const brieflyTried: [string, RegExp, object, (gateway: StripeGateway, id: string) => Promise<unknown>][] = [
    [
      'creating',
      /payment_intents$/,
      unavailable,
      (gateway) => gateway.processPayment({ ...calls.order('good'), ...brief }, goOn),
    ],
    [
      'confirming',
      /confirm$/,
      unknown,
      (gateway) => gateway.processPayment({ ...calls.order('good'), ...brief }, goOn),
    ],
    [
      'cancelling',
      /cancel$/,
      unknown,
      (gateway, id) => gateway.cancelPayment(id, { idempotencyKey: newId(), ...brief }),
    ],
    [
      'transferring',
      /transfers$/,
      unknown,
      (gateway) =>
        gateway.transfer({
          accountId: 'acct_1',
          amount: usd(1),
          group: 'g',
          metadata: { payoutId: 'p', vendorId: 'v' },
          idempotencyKey: newId(),
          ...brief,
        }),
    ],
    [
      'opening an account',
      /accounts$/,
      unknown,
      (gateway) => gateway.createVendorAccount({ ...calls.vendor(), ...brief }),
    ],
  ];

  it.each(brieflyTried)('is waited for, and not repeated: %s', async (_, path, expected, call) => {
    const id = await calls.paid('challenged');
    stripe.fake.requests.length = 0;
    stripe.fake.faults.hold('POST', path, 'before');
    expect(await call(stripe.gateway, id)).toEqual(expected);
    expect(keysOf(path)).toHaveLength(1);
  });

  it('is unknown, reading included', async () => {
    const id = await calls.paid();
    stripe.fake.faults.silence('GET', /payment_intents/);
    expect(await stripe.gateway.getPaymentStatus(id, brief)).toEqual(unknown);
  });

  it('is given up in time even when its answer trickles in', async () => {
    const trickling = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drops = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drops));
    });
    await once(trickling.listen(0, '127.0.0.1'), 'listening');
    const gateway = gatewayAt(`http://127.0.0.1:${(trickling.address() as AddressInfo).port}`);
    expect(await gateway.getPaymentStatus('pi_1', brief)).toEqual(unknown);
    trickling.closeAllConnections();
    await once(trickling.close(), 'close');
  });
});

describe('a call that Stripe turns away', () => {
  it('was never carried out when there is no Stripe to be found', async () => {
    const elsewhere = await startStripe();
    await elsewhere.close();
    expect(await elsewhere.gateway.processPayment(calls.order('good'), goOn)).toEqual(unavailable);
    expect(await elsewhere.gateway.getPaymentStatus('pi_1', { timeoutMs: 1000 })).toEqual(unavailable);
  });

  it('because of our key is logged, the key is not', async () => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    const gateway = gatewayAt(stripe.fake.url, 'sk_live_secret');
    expect(await gateway.processPayment(calls.order('good'), goOn)).toEqual(unavailable);
    expect(logged).toHaveBeenCalledTimes(1);
    expect(JSON.stringify(logged.mock.calls)).toMatch(/does not accept our key/);
    expect(JSON.stringify(logged.mock.calls)).not.toMatch(/sk_live/);
  });

  it('before anything was created says when to come again', async () => {
    stripe.fake.faults.fail('POST', /payment_intents$/, 429);
    expect(await calls.pay('good')).toEqual({ ...unavailable, rateLimited: true });
  });

  it('leaves unknown what it would have told of a payment that cannot be confirmed any more', async () => {
    stripe.fake.faults.fail('GET', /payment_intents/, 429);
    const outcome = await calls.gateway.processPayment(calls.order('good'), async (id) => {
      await calls.cancel(id);
      return 'confirm';
    });
    expect(outcome).toEqual(unknown);
  });

  it('leaves unknown what it would have told of a transfer that was fetched back', async () => {
    await calls.paid();
    const id = await calls.transferred(await calls.openAccount(), 1000);
    stripe.fake.faults.fail('GET', /transfers/, 429);
    const key = newId();
    expect(await calls.reverse(id, 400, key)).toEqual(unknown);
    expect(await calls.reverse(id, 400, key)).toMatchObject({ status: 'paid', reversed: usd(400) });
  });

  it('does the same, and says so, when it is repeated later', async () => {
    stripe.fake.faults.drop('POST', /confirm$/, 'before');
    stripe.fake.faults.fail('POST', /confirm$/, 503);
    const order = calls.order('good');
    expect(await calls.gateway.processPayment(order, goOn)).toEqual(unknown);
    const outcome = await calls.gateway.processPayment(order, goOn);
    expect(outcome).toMatchObject({ status: 'succeeded', gatewayPaymentId: idOf(outcome) });
  });
});
