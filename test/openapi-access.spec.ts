import { TestApp } from './support/app.js';
import type { Answer, ApiClient } from './support/client.js';
import { openMarketplace, type Marketplace, type Owned } from './support/marketplace.js';
import { operationsOf, readDocument, type Operation } from './support/openapi.js';
import { Shop } from './support/shop.js';

/** Everything that anyone may call, to the letter: a route that joins them is a decision. */
const PUBLIC = [
  'GET /departures/{id}',
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
  'GET /trips',
  'GET /trips/{id}',
  'GET /trips/{id}/departures',
  'GET /unsubscribe',
  'POST /auth/forgot-password',
  'POST /auth/login',
  'POST /auth/refresh',
  'POST /auth/register',
  'POST /auth/reset-password',
  'POST /auth/verify-email',
  'POST /unsubscribe',
  'POST /webhooks/mock',
];

/** Where no id is in the path: what a stranger sends, other people's ids included, and what he gets. */
const answersToStranger = ({ bookings, vendors, draft }: Marketplace) => {
  const nothing = { data: [], nextCursor: null };
  const items = [{ unitId: draft.unitId, quantity: 1 }];
  return {
    'POST /auth/logout': { status: 204 },
    'POST /auth/resend-verification': { status: 202 },
    'GET /users/me/export': { status: 200, shows: { user: { name: 'Sam Stranger' } } },
    'POST /vendors': { status: 201, shows: { status: 'pending' } },
    'POST /trips': { with: { vendorId: vendors.id }, status: 404 },
    'GET /bookings': { status: 200, shows: nothing },
    'POST /bookings': { with: { departureId: draft.departureId, items }, status: 404 },
    'GET /payments': { query: `?bookingId=${bookings.id}`, status: 404 },
    'POST /payments': { with: { bookingId: bookings.id }, status: 404 },
    'GET /webhook-endpoints': { status: 200, shows: nothing },
    'POST /webhook-endpoints': { with: { vendorId: vendors.id }, status: 404 },
  } as Readonly<
    Record<string, { status: number; with?: object; query?: string; shows?: object } | undefined>
  >;
};

describe('who may call what', () => {
  let app: TestApp;
  let shop: Shop;
  let others: Marketplace;
  let operations: Operation[];
  let closed: Operation[];

  beforeAll(async () => {
    app = await TestApp.start();
    shop = new Shop(app);
    others = await openMarketplace(shop);
    operations = operationsOf(await readDocument(app));
    closed = operations.filter(({ isPublic }) => !isPublic);
  });
  afterAll(() => app.stop());

  const hasId = (operation: Operation) => operation.parameters('path').length > 0;

  function resourceOf({ name, path }: Operation): Owned {
    const [, , , area = ''] = path.split('/');
    const resource = others[area as 'trips'] as Owned | undefined;
    if (!resource) throw new Error(`${name}: what is its id? Add it to test/support/marketplace.ts`);
    return resource;
  }

  /** With the id of the other people's resource, and a body that nothing is wrong with. */
  async function call(
    client: ApiClient,
    operation: Operation,
    own: object = {},
    query = '',
  ): Promise<Answer> {
    const { id, part = id } =
      hasId(operation) && !operation.isForAdmins ? resourceOf(operation) : others.vendors;
    const path = operation.name
      .split(' ')[1]
      ?.replace(/\{\w+\}/, id)
      .replace(/\{\w+\}/, part);
    const body = operation.body && { ...(operation.exampleBody() as object), ...own };
    return client.send(operation.method, `${path}${query}`, body);
  }

  const told = (operation: Operation, { status, body }: Answer) =>
    `${operation.name}: ${status} ${body?.type ?? ''}`;

  it('opens to everyone what the design lists, and nothing else', () => {
    const open = operations.filter(({ isPublic }) => isPublic).map(({ name }) => name);

    expect(open.sort()).toEqual(PUBLIC);
    expect(closed.length).toBeGreaterThan(30);
  });

  it.each([
    ['no token', () => app.client()],
    ['a token that is not ours', () => app.client().as('eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.')],
  ])('asks for a token everywhere else: with %s', async (_, clientOf) => {
    const answers = [];
    for (const operation of closed) {
      const answer = await call(clientOf(), operation);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
      answers.push(told(operation, answer));
    }

    expect(answers).toEqual(closed.map(({ name }) => `${name}: 401 /problems/unauthenticated`));
  });

  it('hides from a stranger what is someone else’s', async () => {
    const stranger = await shop.traveller('Sam Stranger');
    const theirs = closed.filter((operation) => hasId(operation) && !operation.isForAdmins);
    const answers = [];
    for (const operation of theirs) {
      const answer = await call(stranger, operation);
      expect(operation.problems(answer.status)).toContain(answer.body?.type);
      answers.push(told(operation, answer));
    }

    expect(answers).toEqual(theirs.map(({ name }) => `${name}: 404 /problems/not-found`));
  });

  it('refuses a traveller what only admins can do', async () => {
    const stranger = await shop.traveller('Sam Stranger');
    const admins = operations.filter(({ path }) => path.startsWith('/api/v1/admin/'));
    const answers = [];
    for (const operation of admins) answers.push(told(operation, await call(stranger, operation)));

    expect(admins.length).toBeGreaterThan(5);
    expect(answers).toEqual(admins.map(({ name }) => `${name}: 403 /problems/forbidden`));
  });

  it('gives a stranger nothing of others where no id is in the path', async () => {
    const stranger = await shop.traveller('Sam Stranger');
    const expected = answersToStranger(others);
    const rest = closed.filter((operation) => !hasId(operation) && !operation.isForAdmins);
    expect(rest.map(({ name }) => name).sort()).toEqual(Object.keys(expected).sort());
    for (const operation of rest) {
      const { status, shows = {}, with: own, query } = expected[operation.name] ?? { status: 0 };
      const answer = await call(stranger, operation, own, query);
      expect([operation.name, answer.status]).toEqual([operation.name, status]);
      expect(answer.body ?? {}).toMatchObject(shows);
    }
  });

  it('shows drafts to their vendor alone', async () => {
    const { id, slug, departureId } = others.draft;
    const paths = [`/trips/${id}`, `/trips/${slug}`, `/trips/${id}/departures`, `/departures/${departureId}`];
    const owner = others.trips.owner;
    const seen = [];
    for (const path of paths) {
      for (const client of [app.client(), await shop.traveller(), owner])
        seen.push((await client.get(path)).status);
    }

    expect(seen).toEqual(paths.flatMap(() => [404, 404, 200]));
  });

  it('lets the owner do all of it, so that every 404 was about the stranger', async () => {
    const theirs = closed.filter((operation) => hasId(operation) && !operation.isForAdmins);
    const deletesLast = (operation: Operation) => Number(operation.method === 'DELETE');
    const refused = [];
    const undocumented = [];
    for (const operation of theirs.toSorted((a, b) => deletesLast(a) - deletesLast(b))) {
      const answer = await call(resourceOf(operation).owner, operation);
      if ([401, 404, 500].includes(answer.status)) refused.push(told(operation, answer));
      if (!(answer.status in operation.documented.responses)) undocumented.push(told(operation, answer));
      if (answer.status >= 400 && !operation.problems(answer.status).includes(answer.body.type))
        undocumented.push(told(operation, answer));
    }

    expect(refused).toEqual([]);
    expect(undocumented).toEqual([]);
  });
});
