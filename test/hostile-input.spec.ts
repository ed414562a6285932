import { TestApp } from './support/app.js';
import {
  contentOf,
  expectNothingWritten,
  openTarget,
  replaced,
  summary,
  type RouteName,
} from './support/hostile-input.js';
import { Shop } from './support/shop.js';

type Target = Awaited<ReturnType<typeof openTarget>>;

/** Route, field, value; the field that the problem names, when it is another. */
type Case = readonly [RouteName, string, unknown, string?];

const LONG = 'x'.repeat(10_001);
const EACH: readonly RouteName[] = [
  'bookings',
  'payments',
  'trips',
  'departures',
  'vendors',
  'register',
  'refund',
];

/** Neither a whole number nor one that a quantity, a price or a capacity can be. */
const NO_NUMBERS = [1.5, -1, '2', 9e15, 2 ** 53, 1e300, null, true, [], {}];
const NO_TEXTS = ['nul\0byte', 'bell\x07', 'half a \ud83d pair', LONG, '', 42, null, [], {}];
const NO_CURRENCIES = ['ZZZ', 'usd', 'USDX', '', 840, null];
const NO_IDS = ['', 'abc', `' OR 1=1 --`, 42, null, {}];

const each = (route: RouteName, path: string, values: readonly unknown[]): Case[] =>
  values.map((value) => [route, path, value]);

const CASES: readonly Case[] = [
  ...EACH.map((route): Case => [route, 'surprise', 1]),

  ...each('bookings', 'departureId', NO_IDS),
  ...each('bookings', 'items.0.unitId', NO_IDS),
  ...each('bookings', 'items.0.quantity', [0, ...NO_NUMBERS]),
  ...each('bookings', 'items', [[], {}, 'all', null]),
  ...each('bookings', 'items.0', [null, 'one', 1, []]),
  ['bookings', 'items.0.unitPrice', 1],
  ['bookings', 'total', { amount: 1, currency: 'USD' }],
  ['bookings', 'userId', '019a8e4c-7b1e-7c3a-9f52-3d1f7c0b6a11'],
  ...each('bookings', 'contact', [null, 'Ada', []]),
  ...each('bookings', 'contact.name', NO_TEXTS),
  ...each('bookings', 'contact.email', ['nobody', 'a@b', 'nul\0@example.com', `${LONG}@example.com`, null]),

  ...each('payments', 'bookingId', NO_IDS),
  ...each('payments', 'paymentMethod', ['pm_gold', ...NO_TEXTS]),
  ['payments', 'amount', { amount: 1, currency: 'USD' }],

  ...each('trips', 'units.0.price.amount', NO_NUMBERS),
  ...each('trips', 'units.0.price.currency', ['EUR', ...NO_CURRENCIES]),
  ...each('trips', 'currency', NO_CURRENCIES),
  ...each('trips', 'units.0.type', ['dog', null, 1]),
  ...each('trips', 'units', [[], null, 'adult']),
  ...each('trips', 'units.0', [null, 'adult', [], [[]]]),
  ['trips', 'units.0.price', 100],
  ...each('trips', 'title', NO_TEXTS),
  ...each('trips', 'description', NO_TEXTS),
  ...each('trips', 'durationMinutes', [0, ...NO_NUMBERS]),
  ...each('trips', 'bookingCutoffMinutes', NO_NUMBERS),
  ...each('trips', 'latitude', [91, '12', {}]),
  ...each('trips', 'longitude', [-181, '12', []]),
  ...each('trips', 'country', ['XX', 'pe', 'PER', null]),
  ...each('trips', 'timeZone', ['Mars/Olympus', '+05:00', '', null, 5]),
  ...each('trips', 'cancellationPolicy', ['kind', {}, null, 1, [{ untilMinutesBefore: -1, refundBps: 1 }]]),
  ['trips', 'vendorId', 'abc'],
  ['trips', 'status', 'published'],

  ...each('departures', 'capacity', [0, ...NO_NUMBERS]),
  ...each('departures', 'localStart', [
    '2026-12-31T09:00:00',
    '2027-02-30T09:00:00',
    '2027-02-01T09:00:00Z',
    '2027-02-01',
    '9999-99-99T99:99:99',
    'tomorrow',
    1_800_000_000,
    null,
  ]),
  ...each('departures', 'recurrence', ['FREQ=DAILY', 'FREQ=NEVER;COUNT=2', 'often', 'nul\0byte', LONG, 7]),

  ...each('vendors', 'businessName', NO_TEXTS),
  ...each('vendors', 'phone', ['call me', 'nul\0byte', LONG, 42, null]),
  ...each('vendors', 'defaultCurrency', NO_CURRENCIES),
  ...each('vendors', 'country', ['XX', 42]),
  ...each('vendors', 'timeZone', ['Mars/Olympus', 42]),
  ...each('vendors', 'taxId', ['nul\0byte', LONG, 42]),
  ['vendors', 'commissionBps', 0],
  ['vendors', 'status', 'approved'],

  ...each('register', 'email', ['nobody', 'nul\0@example.com', `${LONG}@example.com`, '', 42, null, {}]),
  ...each('register', 'password', ['short', 'x'.repeat(129), 12_345_678, null]),
  ...each('register', 'name', NO_TEXTS),
  ...each('register', 'locale', ['x', 'en_US', 'nul\0', LONG, '', 42, null, []]),
  ...each('register', 'timeZone', ['Mars/Olympus', '+05:00', '', null, 5]),
  ['register', 'role', 'admin'],

  ...each('refund', 'amount.amount', [1.5, -1, '2', 2 ** 53, null, {}]),
  ...each('refund', 'amount.currency', ['EUR', ...NO_CURRENCIES]),
  ...each('refund', 'amount', [100, null, []]),
  ...each('refund', 'reason', [undefined, ...NO_TEXTS]),
];

describe('hostile bodies', () => {
  let app: TestApp;
  let target: Target;
  let before: Record<string, string>;

  beforeAll(async () => {
    app = await TestApp.start();
    target = await openTarget(app, new Shop(app));
  });
  beforeEach(async () => {
    before = await contentOf(app);
  });
  afterEach(() => expectNothingWritten(app, before));
  afterAll(() => app.stop());

  async function send(name: RouteName, body: unknown, headers?: Record<string, string>): Promise<string> {
    const { client, path } = target.routes[name];
    return summary(await client.post(path, body, headers));
  }

  it.each(EACH)('are refused field by field: %s', async (route) => {
    const cases = CASES.filter(([name]) => name === route);
    const answers = [];
    for (const [name, path, value] of cases) {
      const answer = await send(name, replaced(target.routes[name].body, path, value));
      answers.push([path, show(value), answer]);
    }

    expect(answers).toEqual(
      cases.map(([, path, value, named = path]) => [path, show(value), `422 invalid-request (${named})`]),
    );
  });

  it('name a unit of another trip, and one that comes twice', async () => {
    const { foreignUnitId, routes } = target;
    const [item] = routes.bookings.body['items'] as object[];

    expect(await send('bookings', replaced(routes.bookings.body, 'items.0.unitId', foreignUnitId))).toBe(
      '422 invalid-request (items.0.unitId)',
    );
    expect(await send('bookings', replaced(routes.bookings.body, 'items.1', item))).toBe(
      '422 invalid-request (items.1.unitId)',
    );
  });

  it('name a kind of unit that comes twice, and a price off the step of its currency', async () => {
    const { body } = target.routes.trips;
    const inDinars = {
      ...body,
      currency: 'KWD',
      units: [{ type: 'adult', price: { amount: 1234, currency: 'KWD' } }],
    };

    expect(await send('trips', replaced(body, 'units.1', (body['units'] as object[])[0]))).toBe(
      '422 invalid-request (units.1.type)',
    );
    expect(await send('trips', inDinars)).toBe('422 invalid-request (units.0.price.amount)');
  });

  it('ask for more than there is', async () => {
    const { body } = target.routes.bookings;

    expect(await send('bookings', replaced(body, 'items.0.quantity', 1000))).toBe('409 departure-sold-out');
    expect(await send('refund', replaced(target.routes.refund.body, 'amount.amount', 9e15))).toBe(
      '409 refund-exceeds-payment',
    );
  });

  it.each(EACH)('are no object at all: %s', async (route) => {
    for (const body of ['null', '[]', '[{}]', '"text"', '42', 'true'])
      expect([body, await send(route, body)]).toEqual([body, '422 invalid-request (body)']);
    expect(await send(route, '{}')).toMatch(/^422 invalid-request \(\w+/);
  });

  it.each(EACH)('cannot be read: %s', async (route) => {
    const valid = JSON.stringify(target.routes[route].body);
    for (const body of ['{', '{"a":}', `${valid},`, '{"a":NaN}', "{'a':1}", '\0', `${valid}\0`])
      expect([body, await send(route, body)]).toEqual([body, '400 malformed-request']);
    for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'nonsense'])
      expect([type, await send(route, valid, { 'content-type': type })]).toEqual([
        type,
        '400 malformed-request',
      ]);
  });

  it.each(EACH)('reach for the prototype: %s', async (route) => {
    const { body } = target.routes[route];
    const rest = JSON.stringify(body).slice(1);
    for (const field of ['"__proto__":{"polluted":1}', '"constructor":{"prototype":{"polluted":1}}'])
      expect([field, await send(route, `{${field},${rest}`)]).toEqual([field, '400 malformed-request']);
    for (const name of ['constructor', 'prototype', 'hasOwnProperty', 'toString', '__defineGetter__'])
      for (const value of [1, null, {}])
        expect(await send(route, { ...body, [name]: value })).toBe(`422 invalid-request (${name})`);

    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each(EACH)('are too big or too deep: %s', async (route) => {
    const { body } = target.routes[route];
    const [field = ''] = Object.keys(body);
    const rest = JSON.stringify(body).slice(1);
    const key = { 'idempotency-key': 'deep' };

    expect(await send(route, { ...body, surprise: 'x'.repeat(2 * 1024 * 1024) })).toBe('413 body-too-large');
    for (const depth of [100, 3_000, 100_000]) {
      const lists = `${'['.repeat(depth)}${']'.repeat(depth)}`;
      const objects = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
      expect(await send(route, `{"surprise":${lists},${rest}`)).toBe('422 invalid-request (surprise.0)');
      expect(await send(route, `{"${field}":${objects}}`, key)).toBe(`422 invalid-request (${field})`);
    }
  });
});

/** What is refused above is refused for the one thing changed. */
describe('the same bodies unchanged', () => {
  it.each(EACH)('are accepted: %s', async (route) => {
    const app = await TestApp.start();
    const { routes } = await openTarget(app, new Shop(app));
    const { client, path, body } = routes[route];
    expect((await client.post(path, body)).status).toBe(201);
    await app.stop();
  });

  it('come too late for a departure that has left', async () => {
    const app = await TestApp.start();
    const { routes, departure } = await openTarget(app, new Shop(app));
    app.clock.set(departure.startsAt);
    const { client, path, body } = routes.bookings;

    expect(summary(await client.post(path, body))).toBe('409 departure-closed');
    expect(await app.query('SELECT FROM bookings')).toHaveLength(2);
    await app.stop();
  });
});

const show = (value: unknown): string => (JSON.stringify(value) ?? 'left out').slice(0, 60);
