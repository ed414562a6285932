import type { TestApp } from './app.js';
import type { Answer, ApiClient } from './client.js';
import { TRIP, type Shop } from './shop.js';

export type Body = Readonly<Record<string, unknown>>;

/** A route that writes, with a body that nothing is wrong with and someone who may send it. */
export interface Route {
  /** As the OpenAPI document names it. */
  readonly operation: string;
  readonly path: string;
  readonly client: ApiClient;
  readonly body: Body;
}

export type RouteName = 'bookings' | 'payments' | 'trips' | 'departures' | 'vendors' | 'register' | 'refund';

/** What hostile requests are made of: every body in it would succeed as it is. */
export async function openTarget(app: TestApp, shop: Shop) {
  const offer = await shop.open({ capacity: 100 });
  const other = await shop.open();
  const traveller = await shop.traveller();
  const pending = await shop.book(traveller, offer);
  const paid = await shop.book(traveller, offer);
  const payment = await shop.pay(traveller, paid.id);
  const routes: Record<RouteName, Route> = {
    bookings: {
      operation: 'POST /bookings',
      path: '/bookings',
      client: traveller,
      body: {
        departureId: offer.departure.id,
        items: [{ unitId: offer.unitId, quantity: 1 }],
        contact: { name: 'Ada Lovelace', email: 'ada@example.com', phone: '+14155550123' },
      },
    },
    payments: {
      operation: 'POST /payments',
      path: '/payments',
      client: traveller,
      body: { bookingId: pending.id, paymentMethod: 'pm_ok' },
    },
    trips: {
      operation: 'POST /trips',
      path: '/trips',
      client: offer.vendor,
      body: { ...TRIP, latitude: -13.5, longitude: -71.9 },
    },
    departures: {
      operation: 'POST /trips/{id}/departures',
      path: `/trips/${offer.trip.id}/departures`,
      client: offer.vendor,
      body: { localStart: '2027-02-01T09:00:00', capacity: 10 },
    },
    vendors: {
      operation: 'POST /vendors',
      path: '/vendors',
      client: traveller,
      body: {
        businessName: 'Andes Tours',
        phone: '+5184123456',
        country: 'PE',
        timeZone: 'America/Lima',
        defaultCurrency: 'USD',
        taxId: '20123456789',
      },
    },
    register: {
      operation: 'POST /auth/register',
      path: '/auth/register',
      client: app.client(),
      body: { email: 'grace@example.com', password: 'a good password', name: 'Grace', phone: '+14155550123' },
    },
    refund: {
      operation: 'POST /payments/{id}/refund',
      path: `/payments/${payment.id}/refund`,
      client: offer.vendor,
      body: { amount: { amount: 100, currency: 'USD' }, reason: 'It rained' },
    },
  };
  return { routes, foreignUnitId: other.unitId, departure: offer.departure };
}

/** `replaced(body, 'items.0.quantity', 1.5)`: a copy with one value changed, removed when it is undefined. */
export function replaced(body: unknown, path: string, value: unknown): Body {
  const copy = structuredClone(body) as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let parent = copy;
  for (const key of keys) parent = parent[key] as Record<string, unknown>;
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

/** The content of every table: equal before and after when nothing was written. */
export async function contentOf(app: TestApp): Promise<Record<string, string>> {
  const tables = await app.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
  );
  const hashes = tables.map(
    ({ name }) =>
      `SELECT '${name}' AS name, count(*) || ' rows ' || md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) AS content FROM ${name} t`,
  );
  const rows = await app.query<{ name: string; content: string }>(hashes.join(' UNION ALL '));
  return Object.fromEntries(rows.map(({ name, content }) => [name, content]));
}

export async function expectNothingWritten(app: TestApp, before: Record<string, string>): Promise<void> {
  expect(await contentOf(app)).toEqual(before);
}

/** In one line, to compare many answers at a glance: `422 invalid-request (items.0.quantity)`. */
export function summary({ status, headers, body }: Answer): string {
  if (!headers.get('content-type')?.startsWith('application/problem+json'))
    return `${status} no problem document`;
  const fields = (body.errors ?? []).map(({ field }: { field: string }) => field).join(', ');
  return `${status} ${body.type.replace('/problems/', '')}${fields && ` (${fields})`}`;
}
