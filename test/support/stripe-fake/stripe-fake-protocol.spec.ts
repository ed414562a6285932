import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import StripeNode from 'stripe';
import { clientOf, errorOf, key, order } from './client.js';
import { StripeFake } from './stripe-fake.js';
import { signed } from './webhooks.js';

let fake: StripeFake;
let stripe: StripeNode;

const intents = () => fake.world.objects.all('payment_intent');
const create = (options = key(), amount = 10_000) =>
  stripe.paymentIntents.create(order('pm_ok', amount), options);

beforeEach(async () => {
  fake = await StripeFake.start();
  stripe = clientOf(fake);
});
afterEach(() => fake.close());

describe('an idempotency key', () => {
  it('gets the first answer again', async () => {
    const first = await create(key('once'));
    const again = await create(key('once'));
    expect(again).toEqual(first);
    expect([first, again].map(({ lastResponse: { headers } }) => headers['idempotent-replayed'])).toEqual([
      undefined,
      'true',
    ]);
    expect(intents()).toHaveLength(1);
  });

  it('gets a decline again, too', async () => {
    const { id } = await stripe.paymentIntents.create(order('pm_declined'), key());
    const [first, again] = await Promise.all(
      [1, 2].map(() => errorOf(stripe.paymentIntents.confirm(id, {}, key('declined')))),
    );
    expect(again).toMatchObject({ code: 'card_declined', charge: first.charge });
    expect(fake.charges.of(id)).toHaveLength(1);
  });

  it('belongs to one request', async () => {
    const { id } = await create(key('mine'));
    const otherAmount = await errorOf(create(key('mine'), 1));
    expect(otherAmount).toBeInstanceOf(StripeNode.errors.StripeIdempotencyError);
    const otherEndpoint = await errorOf(stripe.paymentIntents.confirm(id, {}, key('mine')));
    expect(otherEndpoint).toBeInstanceOf(StripeNode.errors.StripeIdempotencyError);
    expect(fake.violations).toEqual([]);
  });

  it('is taken while its request is under way', async () => {
    const hold = fake.faults.hold('POST', /payment_intents$/, 'during');
    const first = create(key('busy'));
    await hold.arrived;
    expect(await errorOf(create(key('busy')))).toMatchObject({
      statusCode: 409,
      code: 'idempotency_key_in_use',
    });
    hold.release();
    expect(await create(key('busy'))).toEqual(await first);
  });

  it('is still free after a request that was turned away', async () => {
    fake.faults.fail('POST', /payment_intents$/, 429);
    const error = await errorOf(create(key('later')));
    expect(error).toBeInstanceOf(StripeNode.errors.StripeRateLimitError);
    expect(error.headers['retry-after']).toBe('1');
    expect((await create(key('later'))).lastResponse.headers['idempotent-replayed']).toBeUndefined();
  });

  it('keeps a breakdown of an endpoint that had begun', async () => {
    fake.faults.fail('POST', /payment_intents$/, 500, { stage: 'after' });
    const errors = [await errorOf(create(key('broken'))), await errorOf(create(key('broken')))];
    expect(errors.map(({ statusCode }) => statusCode)).toEqual([500, 500]);
    expect(intents()).toHaveLength(1);
  });

  it('is forgotten after a day', async () => {
    const first = await create(key('once'));
    fake.keys.forgetAll();
    expect((await create(key('once'))).id).not.toBe(first.id);
  });

  it('is demanded of every write, made by the caller', async () => {
    expect(await errorOf(stripe.paymentIntents.create(order()))).toMatchObject({ statusCode: 400 });
    const headers = { authorization: 'Bearer sk_test_fake' };
    const { status } = await fetch(`${fake.url}/v1/refunds`, { method: 'POST', headers });
    expect(status).toBe(400);
    expect(fake.violations).toEqual([
      'POST /v1/payment_intents: A write without an Idempotency-Key of its own.',
      'POST /v1/refunds: A write without an Idempotency-Key of its own.',
    ]);
    expect(intents()).toEqual([]);
  });
});

describe('what Stripe does not document', () => {
  const given = (parameters: object) =>
    errorOf(stripe.paymentIntents.create({ ...order(), ...parameters } as never, key()));

  it.each([
    [{ payment_method_types: ['card'] }, 'parameter_unknown', 'payment_method_types'],
    [
      { automatic_payment_methods: { enabled: true, sometimes: 1 } },
      'parameter_unknown',
      'automatic_payment_methods[sometimes]',
    ],
    [{ amount: undefined }, 'parameter_missing', 'amount'],
    [{ amount: 10.5 }, 'parameter_invalid_integer', 'amount'],
    [{ capture_method: 'whenever' }, undefined, 'capture_method'],
    [{ metadata: 'booking' }, undefined, 'metadata'],
    [{ allowed_payment_method_types: 'card' }, undefined, 'allowed_payment_method_types'],
  ])('is refused and noted: %j', async (parameters, code, param) => {
    const error = await given(parameters);
    expect(error).toBeInstanceOf(StripeNode.errors.StripeInvalidRequestError);
    expect([error.statusCode, error.code, error.param]).toEqual([400, code, param]);
    expect(fake.violations).toHaveLength(1);
    expect(intents()).toEqual([]);
  });

  it('lets through what it documents', async () => {
    const documented = {
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' as const },
      metadata: { bookingId: 'b', anything: 'else' },
      shipping: { name: 'Tara', address: { city: 'Cusco' } },
      expand: ['latest_charge'],
      off_session: false,
    };
    const { allowed_payment_method_types: _, ...rest } = order();
    expect(await stripe.paymentIntents.create({ ...rest, ...documented }, key())).toMatchObject({
      status: 'requires_confirmation',
    });
    await stripe.balanceTransactions.list({ created: { gte: 1, lt: 2 }, limit: 100 });
    expect(fake.violations).toEqual([]);
  });

  it('is an address that it does not have', async () => {
    expect(await errorOf(stripe.customers.list())).toMatchObject({ statusCode: 404 });
    expect(fake.violations).toEqual(['Unrecognized request URL (GET: /v1/customers).']);
  });

  it('is a key that is none', async () => {
    const { hostname: host, port } = new URL(fake.url);
    const stranger = new StripeNode('pk_live_1', { host, port, protocol: 'http' });
    expect(await errorOf(stranger.balance.retrieve())).toBeInstanceOf(
      StripeNode.errors.StripeAuthenticationError,
    );
  });
});

describe('a list', () => {
  it('is paginated, newest first', async () => {
    const { id } = await stripe.paymentIntents.create({ ...order(), confirm: true }, key());
    for (let refund = 0; refund < 12; refund += 1)
      await stripe.refunds.create({ payment_intent: id, amount: 100 + refund }, key());
    const first = await stripe.refunds.list({ payment_intent: id });
    expect([first.data.length, first.has_more, first.data[0]!.amount]).toEqual([10, true, 111]);
    const next = await stripe.refunds.list({ payment_intent: id, starting_after: first.data[9]!.id });
    expect([next.data.map(({ amount }) => amount), next.has_more]).toEqual([[101, 100], false]);
    const back = await stripe.refunds.list({ limit: 3, ending_before: next.data[1]!.id });
    expect([back.data.map(({ amount }) => amount), back.has_more]).toEqual([[103, 102, 101], true]);
    const all = await stripe.refunds.list({ limit: 5 }).autoPagingToArray({ limit: 100 });
    expect(all).toHaveLength(12);
    expect(await errorOf(stripe.refunds.list({ limit: 101 }))).toMatchObject({ param: 'limit' });
  });

  it('is limited to a time', async () => {
    const clock = { now: 1_800_000_000_000 };
    const timed = await StripeFake.start({ now: () => clock.now });
    for (const seconds of [0, 10, 20]) {
      clock.now = 1_800_000_000_000 + seconds * 1000;
      timed.topUp(seconds + 1, 'usd');
    }
    const { data } = await clientOf(timed).balanceTransactions.list({
      created: { gte: 1_800_000_000, lt: 1_800_000_020 },
    });
    await timed.close();
    expect(data.map(({ amount }) => amount)).toEqual([11, 1]);
  });
});

describe('faults', () => {
  it('hold a request before it is carried out, and after', async () => {
    const before = fake.faults.hold('POST', /payment_intents$/, 'before');
    const call = create();
    await before.arrived;
    expect(intents()).toHaveLength(0);
    before.release();
    const { id } = await call;
    const after = fake.faults.hold('POST', /confirm$/, 'after');
    const confirming = stripe.paymentIntents.confirm(id, {}, key());
    expect((await after.arrived).path).toBe(`/v1/payment_intents/${id}/confirm`);
    expect(fake.intents.get(id)['status']).toBe('succeeded');
    after.release();
    expect((await confirming).status).toBe('succeeded');
  });

  it('drop the connection before it is carried out, and after', async () => {
    // The package itself tries once more, with the same key.
    fake.faults.drop('POST', /payment_intents$/, 'before');
    fake.faults.drop('POST', /payment_intents$/, 'after');
    const error = await errorOf(create());
    expect(error).toBeInstanceOf(StripeNode.errors.StripeConnectionError);
    expect(intents()).toHaveLength(1);
  });

  it.each(['a fault', 'the payment method'])('keep silent on a payment that was made, by %s', async (by) => {
    const patient = clientOf(fake, { timeout: 50 });
    const method = by === 'a fault' ? 'pm_ok' : 'pm_timeout_then_ok';
    if (by === 'a fault') fake.faults.silence('POST', /confirm$/);
    const { id } = await patient.paymentIntents.create(order(method), key());
    const error = await errorOf(patient.paymentIntents.confirm(id, {}, key()));
    expect(error).toBeInstanceOf(StripeNode.errors.StripeConnectionError);
    expect((await patient.paymentIntents.retrieve(id)).status).toBe('succeeded');
  });

  it('limit the rate for a token, and charge nothing', async () => {
    const { id } = await stripe.paymentIntents.create(order('pm_rate_limited'), key());
    expect(await errorOf(stripe.paymentIntents.confirm(id, {}, key()))).toMatchObject({ statusCode: 429 });
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status: 'requires_confirmation' });
  });
});

describe('webhooks', () => {
  const SECRET = 'whsec_of_the_suite';

  it('are signed as Stripe signs them', () => {
    const { body, headers } = signed({ id: 'evt_1', object: 'event' }, { secret: SECRET });
    const header = headers['stripe-signature']!;
    expect(stripe.webhooks.constructEvent(body, header, SECRET)).toEqual({ id: 'evt_1', object: 'event' });
    expect(() => stripe.webhooks.constructEvent(body, header, 'whsec_other')).toThrow(/signature/i);
    const old = signed({}, { secret: SECRET, at: Date.now() - 301_000 });
    expect(() => stripe.webhooks.constructEvent(old.body, old.headers['stripe-signature']!, SECRET)).toThrow(
      /tolerance/i,
    );
  });

  it('are delivered in the order, and as often, as the test says', async () => {
    const heard: string[] = [];
    const server = createServer(async (request, response) => {
      const chunks = await request.toArray();
      const event = stripe.webhooks.constructEvent(
        Buffer.concat(chunks as Buffer[]),
        request.headers['stripe-signature']!,
        SECRET,
      );
      heard.push(event.type);
      response.writeHead(heard.length === 2 ? 500 : 200).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`;
    const endpoint = fake.endpoint(url, SECRET);

    const { id } = await create();
    await stripe.paymentIntents.confirm(id, {}, key('cause'));
    const [first, , last] = endpoint.news();
    expect(last).toMatchObject({
      id: expect.stringMatching(/^evt_/),
      object: 'event',
      type: 'payment_intent.succeeded',
      data: { object: { id, status: 'succeeded' } },
      request: { idempotency_key: 'cause' },
    });
    expect(first).toMatchObject({ data: { object: { id, status: 'requires_confirmation' } } });
    expect(await endpoint.deliver(last!, first!, last!)).toEqual([200, 500, 200]);
    expect(heard).toEqual([last, first, last].map((event) => event!.type));
    expect(endpoint.news()).toEqual([]);
    server.close();
  });
});
