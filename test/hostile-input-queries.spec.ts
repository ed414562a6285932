import { encodeCursor } from '@app/http';
import { newId } from '@app/kernel';
import { TestApp } from './support/app.js';
import type { ApiClient } from './support/client.js';
import { contentOf, expectNothingWritten, summary } from './support/hostile-input.js';
import { openMarketplace, type Marketplace, type Owned } from './support/marketplace.js';
import { RawConnection } from './support/raw-connection.js';
import { operationsOf, readDocument, type Operation } from './support/openapi.js';
import { Shop } from './support/shop.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const BAD_LIMITS = ['0', '-1', '101', '1.5', 'abc', '', '1e3', '9999999999999999', 'NaN', ' ', '0x10'];

const BAD_CURSORS = [
  'rubbish',
  '%00',
  '"',
  encodeCursor([]),
  encodeCursor([-1.5]),
  encodeCursor(['']),
  encodeCursor([`' OR 1=1 --`]),
  encodeCursor(['\0']),
  encodeCursor([newId(), newId(), newId(), newId()]),
  Buffer.from('null').toString('base64url'),
  Buffer.from('{"length":1,"0":"x"}').toString('base64url'),
  Buffer.from('[[[]]]').toString('base64url'),
  Buffer.from('[null]').toString('base64url'),
  'A'.repeat(501),
];

describe('hostile queries and paths', () => {
  let app: TestApp;
  let admin: ApiClient;
  let market: Marketplace;
  let operations: Operation[];
  let lists: Operation[];
  let before: Record<string, string>;

  beforeAll(async () => {
    app = await TestApp.start();
    const shop = new Shop(app);
    admin = await shop.adminClient();
    market = await openMarketplace(shop);
    operations = operationsOf(await readDocument(app));
    lists = operations.filter((one) => one.parameters('query').includes('cursor'));
    before = await contentOf(app);
  });
  afterEach(() => expectNothingWritten(app, before));
  afterAll(() => app.stop());

  /** The list with everything it needs but what is put to the test. */
  function listed(operation: Operation, parameters: string): string {
    const [, , , area = ''] = operation.path.split('/');
    const { id } = (market[area as 'trips'] as Owned | undefined) ?? { id: '' };
    const needed = operation.parameters('query').includes('bookingId')
      ? `&bookingId=${market.bookings.id}`
      : '';
    return `${operation.name.split(' ')[1]?.replace('{id}', id)}?${parameters}${needed}`;
  }

  it('are told from good ones on every list', async () => {
    const answers = [];
    for (const list of lists) answers.push((await admin.get(listed(list, 'limit=100'))).status);

    expect(lists.length).toBeGreaterThan(8);
    expect(answers).toEqual(lists.map(() => 200));
  });

  it.each([
    ['limit', BAD_LIMITS],
    ['cursor', BAD_CURSORS],
  ])('name the %s', async (parameter, values) => {
    for (const list of lists) {
      for (const value of values) {
        const query = `${parameter}=${value === '%00' ? value : encodeURIComponent(value)}`;
        const answer = summary(await admin.get(listed(list, query)));
        expect([list.name, query, answer]).toEqual([list.name, query, `422 invalid-request (${parameter})`]);
      }
    }
  });

  it('name a parameter that is unknown, or comes twice', async () => {
    for (const list of lists) {
      const answers = [];
      for (const query of ['surprise=1', 'constructor=1', 'limit=1&limit=2', 'limit[]=1'])
        answers.push(summary(await admin.get(listed(list, query))));
      const fields = ['surprise', 'constructor', 'limit', 'limit[]'];
      expect(answers).toEqual(fields.map((field) => `422 invalid-request (${field})`));
    }
  });

  it('are refused where none is taken, and overlooked where others compose the URL', async () => {
    const without = operations.filter((one) => one.parameters('query').length === 0);
    const strict = without.filter(({ takesAnyQuery }) => !takesAnyQuery);
    const answers = [];
    for (const { method, name } of strict) {
      const path = name.split(' ')[1]?.replaceAll(/\{\w+\}/g, newId());
      answers.push(`${name}: ${summary(await admin.send(method, `${path}?surprise=1&surprise=2&b[]=3`))}`);
    }

    expect(answers).toEqual(strict.map(({ name }) => `${name}: 422 invalid-request (surprise, b[])`));
    expect(strict.length).toBeGreaterThan(20);
    const lenient = without.filter(({ takesAnyQuery }) => takesAnyQuery).map(({ name }) => name);
    expect(lenient.sort()).toEqual([
      'GET /health/live',
      'GET /health/ready',
      'GET /metrics',
      'POST /webhooks/mock',
    ]);
    expect((await fetch(`${app.url}/health/live?probe=1`)).status).toBe(200);
  });

  it.each([
    ['as headers', { 'x-padding': 'x'.repeat(20_000) }, '', '431 headers-too-large'],
    ['as a URL', {}, `?q=${'x'.repeat(20_000)}`, '431 headers-too-large'],
  ])('are too big for a head: %s', async (_, headers, query, answer) => {
    const response = await fetch(`${app.url}/api/v1/trips${query}`, { headers });

    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    const { type, status, requestId } = (await response.json()) as Record<string, unknown>;
    expect(`${response.status} ${String(type).replace('/problems/', '')}`).toBe(answer);
    expect([status, requestId]).toEqual([response.status, expect.stringMatching(UUID)]);
  });

  it('are no HTTP at all', async () => {
    const said = await (await RawConnection.open(app.url)).send('HELLO\r\n\r\n').end();

    expect(said).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
    expect(said).toContain('"type":"/problems/malformed-request"');
  });

  it.each([
    ['/trips?q=%00', '422 invalid-request (q)'],
    ['/trips?country=XX', '422 invalid-request (country)'],
    ['/trips?seats=-1', '422 invalid-request (seats)'],
    ['/trips?minPrice=9e99&currency=USD', '422 invalid-request (minPrice)'],
    ['/trips?from=2027-02-30', '422 invalid-request (from)'],
    ['/trips?sort=random()', '422 invalid-request (sort)'],
    ['/bookings?status=lost', '422 invalid-request (status)'],
    ['/bookings/abc', '422 invalid-request (id)'],
    ['/bookings/%00', '422 invalid-request (id)'],
    ['/payments?bookingId=1', '422 invalid-request (bookingId)'],
    ['/payments', '422 invalid-request (bookingId)'],
    ['/trips/no-such-slug', '404 not-found'],
    ['/trips/%00', '404 not-found'],
    ['/trips/%F0%9F%98%80', '404 not-found'],
    [`/trips/${'x'.repeat(500)}`, '404 not-found'],
    [`/trips/${'x'.repeat(10_000)}`, '404 not-found'],
    ['/trips/%zz', '400 malformed-request'],
    ['/nowhere', '404 not-found'],
    ['/', '404 not-found'],
    ['', '404 not-found'],
  ])('GET %s: %s', async (path, answer) => {
    expect(summary(await admin.get(path))).toBe(answer);
  });

  it('lead to routes that are not there', async () => {
    for (const method of ['DELETE', 'PUT', 'PATCH'])
      expect(summary(await admin.send(method, '/bookings'))).toBe('404 not-found');
    expect(summary(await admin.post('/nowhere', {}))).toBe('404 not-found');
    const outside = await fetch(`${app.url}/nowhere`);
    expect([outside.status, outside.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
  });

  it.each(['two words', 'ü', 'x'.repeat(256), ' '])('name the Idempotency-Key %j', async (key) => {
    const { owner } = market.bookings;
    const answer = await owner.post(
      '/payments',
      { bookingId: market.bookings.id, paymentMethod: 'pm_ok' },
      { 'idempotency-key': key },
    );

    expect(summary(answer)).toBe('422 invalid-request (Idempotency-Key)');
  });
});
