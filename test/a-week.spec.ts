import { newId } from '@app/kernel';
import { Transactor } from '@app/database';
import { Jobs } from '@app/events';
import { ADMIN, TestApp } from './support/app.js';
import type { ApiClient } from './support/client.js';
import { expectBooksInOrder, expectOk, Shop, type Person } from './support/shop.js';

type Report = Readonly<Record<string, number>>;

/**
 * Two processes on one database, both of which do at each turn of the clock all that workers ever do by themselves, at once. What
 * they report must add up to its having been done once.
 */
describe('a marketplace left to itself', () => {
  let app: TestApp;
  let other: TestApp;
  let shop: Shop;
  let admins: ApiClient[];
  let names: string[];
  let tara: Person;
  let vendor: Person & { vendorId: string };
  let paid: { id: string };
  let unpaid: { id: string };
  let cancelled: { id: string };

  beforeAll(async () => {
    app = await TestApp.start();
    other = await TestApp.start({ database: app.database, clock: app.clock });
    shop = new Shop(app);
    admins = [await app.client().signIn(ADMIN), await other.client().signIn(ADMIN)];
    const { data } = expectOk(await admins[0]!.get('/admin/jobs'));
    names = data.map(({ name }: { name: string }) => name);
    // On Tuesday the 5th, from 14:00 to 22:00 UTC.
    vendor = await shop.vendor();
    const trip = await shop.trip(vendor);
    const departure = await shop.departure(vendor, trip.id, 10, '2027-01-05T09:00:00');
    const offer = { departure, unitId: trip.units[0].id as string };
    tara = await shop.traveller();
    paid = await shop.book(tara, offer);
    await shop.pay(tara, paid.id);
    cancelled = await shop.book(tara, offer);
    expectOk(await tara.post(`/bookings/${cancelled.id}/cancel`, {}));
    unpaid = await shop.book(tara, offer);
  });
  afterEach(() => expectBooksInOrder(shop));
  afterAll(async () => {
    await other.stop();
    await app.stop();
  });

  /** @returns what each job did, both processes together; what did nothing is left out. */
  async function at(instant: string): Promise<Record<string, Report>> {
    app.clock.set(instant);
    const done: Record<string, Report> = {};
    for (const name of names) {
      const total = await together(name);
      if (Object.values(total).some((count) => count > 0)) done[name] = total;
    }
    await Promise.all([app.drain(), other.drain()]);
    return done;
  }

  async function together(name: string): Promise<Report> {
    const runs = await Promise.all(admins.map((admin) => admin.post(`/admin/jobs/${name}/run`)));
    const [one, two] = runs.map((answer) => expectOk(answer).report as Report);
    return Object.fromEntries(Object.entries(one!).map(([what, count]) => [what, count + two![what]!]));
  }

  const statusOf = async ({ id }: { id: string }) => expectOk(await tara.get(`/bookings/${id}`)).status;
  const emails = (kind: string) =>
    app.query<{ status: string }>('SELECT status FROM emails WHERE kind = $1', [kind]);

  it('releases what was held and not paid, having said so in time', async () => {
    expect(await at('2027-01-01T00:10:00Z')).toMatchObject({ 'remind-of-payments': { queued: 1 } });
    expect(await statusOf(unpaid)).toBe('pending');

    expect(await at('2027-01-01T00:15:00Z')).toMatchObject({ 'expire-holds': { expired: 1 } });
    expect(await statusOf(unpaid)).toBe('expired');
    expect(await emails('payment-reminder')).toEqual([{ status: 'sent' }]);
  });

  it('reminds travellers a day ahead, once', async () => {
    expect(await at('2027-01-04T13:55:00Z')).not.toHaveProperty('remind-of-trips');
    expect(await at('2027-01-04T14:00:00Z')).toMatchObject({ 'remind-of-trips': { queued: 1 } });
    expect(await at('2027-01-04T14:05:00Z')).not.toHaveProperty('remind-of-trips');
    expect(await emails('trip-reminder')).toEqual([{ status: 'sent' }]);
  });

  it('completes what took place', async () => {
    expect(await at('2027-01-05T21:59:00Z')).not.toHaveProperty('complete-bookings');
    expect(await at('2027-01-05T22:00:00Z')).toMatchObject({
      'complete-bookings': { completed: 1, failed: 0 },
      'finish-departures': { finished: 1 },
    });
    expect(await statusOf(paid)).toBe('completed');
  });

  it('pays the vendor on Monday at eight, once', async () => {
    const payouts = async () => expectOk(await vendor.get(`/vendors/${vendor.vendorId}/payouts`)).data;
    await at('2027-01-11T07:55:00Z');
    expect(await payouts()).toEqual([]);

    expect(await at('2027-01-11T08:00:00Z')).toMatchObject({ 'start-payout-runs': { started: 1 } });
    expect(await at('2027-01-11T08:05:00Z')).not.toHaveProperty('start-payout-runs');
    expect(await payouts()).toMatchObject([
      { period: '2027-W02', status: 'paid', amount: { amount: 8_000, currency: 'USD' } },
    ]);
    expect(await emails('payout-notice')).toEqual([{ status: 'sent' }]);
  });

  it('agrees with the gateway', async () => {
    const { compared, breaks } = await together('reconcile');

    expect(compared).toBeGreaterThan(0);
    expect(breaks).toBe(0);
  });

  describe('for a year', () => {
    const list = async (client: ApiClient, path: string) =>
      expectOk(await client.get(path)).data.map(({ id }: { id: string }) => id);

    it('archives what was over a year ago', async () => {
      expect(await at('2028-01-01T00:00:00Z')).toMatchObject({
        'archive-bookings': { archived: 2 },
        'purge-outbox': { purged: expect.any(Number) },
      });
      expect(await list(tara, '/bookings')).toEqual([paid.id]);
      expect(await at('2028-01-05T22:00:00Z')).toMatchObject({ 'archive-bookings': { archived: 1 } });
      expect(await at('2028-01-05T22:01:00Z')).not.toHaveProperty('archive-bookings');
    });

    it.each([
      '/bookings',
      '/vendors/:vendor/bookings',
      '/admin/bookings',
      '/admin/bookings?status=completed',
    ])('leaves the archive out of %s unless it is asked for', async (template) => {
      const path = template.replace(':vendor', vendor.vendorId);
      const reader = path.startsWith('/admin') ? admins[0]! : path.startsWith('/vendors') ? vendor : tara;
      const all = path.includes('status') ? [paid.id] : [unpaid.id, cancelled.id, paid.id];
      const asking = (archived: string) => `${path}${path.includes('?') ? '&' : '?'}archived=${archived}`;

      expect(await list(reader, path)).toEqual([]);
      expect(await list(reader, asking('false'))).toEqual([]);
      expect(await list(reader, asking('true'))).toEqual(all);
      expect(await reader.get(asking('perhaps'))).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'archived' }] },
      });
    });

    it('still shows what is in the archive', async () => {
      const booking = await tara.get(`/bookings/${paid.id}`);

      expect(booking).toMatchObject({
        status: 200,
        body: { archived: true, status: 'completed', updatedAt: '2028-01-05T22:00:00.000Z' },
      });
      expect(expectOk(await tara.get(`/payments?bookingId=${paid.id}`)).data).toHaveLength(1);
    });
  });

  describe('forgets', () => {
    const daysAgo = (days: number) => new Date(app.clock.now().getTime() - days * 24 * 60 * 60_000);
    const count = async (table: string) =>
      (await app.query<{ count: number }>(`SELECT count(*)::int FROM ${table}`))[0]!.count;

    it('sessions that have run out, however many', async () => {
      await app.query(
        `INSERT INTO sessions (id, user_id, family, refresh_token_hash, expires_at, created_at)
         SELECT gen_random_uuid(), $1, gen_random_uuid(), 'hash ' || n, $2, $2 FROM generate_series(1, 2500) AS n`,
        [tara.id, app.clock.now()],
      );
      const live = await count(`sessions WHERE expires_at > '${app.clock.now().toISOString()}'`);

      expect(await together('purge-sessions')).toEqual({ purged: 2_500 });
      expect(await count('sessions')).toBe(live);
      expect(live).toBeGreaterThan(0);
    });

    it('idempotency keys after 24 hours', async () => {
      const remember = (since: Date) =>
        app.query(
          `INSERT INTO idempotency_keys (actor_id, key, route, body_hash, resource_id, created_at)
           VALUES ($1, $2, 'POST /x', '', $1, $3)`,
          [tara.id, newId(), since],
        );
      await remember(daysAgo(1));
      await remember(new Date(daysAgo(1).getTime() + 1));

      expect(await together('purge-idempotency-keys')).toEqual({ purged: 1 });
      expect(await count('idempotency_keys')).toBe(1);
    });

    it('events that everyone has had, 90 days later', async () => {
      const events = { old: 90, young: 89, 'still owed': 90, unrelayed: undefined };
      for (const [name, days] of Object.entries(events)) {
        const relayedAt = days === undefined ? null : daysAgo(days);
        await app.query(
          `WITH event AS (
             INSERT INTO outbox (event_id, name, version, aggregate_id, payload, occurred_at, relayed_at)
             VALUES ($1, $2, 1, $1, '{}', now(), $3) RETURNING event_id
           )
           INSERT INTO consumed_events (event_id, handler, consumed_at) SELECT $1, 'OneOfThem', now()`,
          [newId(), name, relayedAt],
        );
      }
      const [owed] = await app.query<{ id: string }>(
        `SELECT event_id AS id FROM outbox WHERE name = 'still owed'`,
      );
      const delivery = { eventId: owed!.id, handler: 'OneOfAnotherVersion' };
      const key = `${delivery.eventId}:${delivery.handler}`;
      await app
        .get(Transactor)
        .run((tx) => app.get(Jobs).enqueue('deliver-event', delivery, tx, { key, delayMs: 60_000 }));

      expect(await together('purge-outbox')).toEqual({ purged: 1 });
      for (const table of ['outbox', 'outbox JOIN consumed_events USING (event_id)'])
        expect(
          await app.query(`SELECT name FROM ${table} WHERE version = 1 AND payload = '{}' ORDER BY name`),
        ).toEqual(['still owed', 'unrelayed', 'young'].map((name) => ({ name })));
      await app.query(`DELETE FROM outbox WHERE payload = '{}'`);
      await app.query('DELETE FROM graphile_worker._private_jobs');
    });

    it('the gateway’s news after 90 days', async () => {
      await app.query('DELETE FROM gateway_events');
      for (const [id, days] of [
        ['old', 90],
        ['young', 89],
      ] as const)
        await app.query(`INSERT INTO gateway_events VALUES ('mock', $1, 'x', $2)`, [id, daysAgo(days)]);

      expect(await together('purge-gateway-events')).toEqual({ purged: 1 });
      expect(await app.query('SELECT event_id FROM gateway_events')).toEqual([{ event_id: 'young' }]);
    });
  });

  describe('the jobs', () => {
    const job = async (name: string) =>
      expectOk(await admins[0]!.get('/admin/jobs')).data.find((each: { name: string }) => each.name === name);

    it('are listed with their rhythm and their last run', async () => {
      await admins[1]!.post('/admin/jobs/complete-bookings/run');
      const now = app.clock.now().toISOString();
      const me = expectOk(await admins[1]!.get('/users/me'));

      expect(await job('complete-bookings')).toEqual({
        name: 'complete-bookings',
        summary: 'Completes bookings whose departure is over',
        cron: '* * * * *',
        lastRun: {
          requestedBy: me.id,
          startedAt: now,
          finishedAt: now,
          report: { completed: 0, failed: 0 },
          error: null,
        },
      });
      expect(await job('expire-holds')).toMatchObject({ everySeconds: 2 });
      expect(names).toEqual([...names].sort());
    });

    it('answer what they did', async () => {
      const now = app.clock.now().toISOString();

      expect(await admins[0]!.post('/admin/jobs/expire-holds/run')).toMatchObject({
        status: 200,
        body: { name: 'expire-holds', startedAt: now, finishedAt: now, report: { expired: 0 } },
      });
    });

    it('are known by their names only, to admins only', async () => {
      expect(await admins[0]!.post('/admin/jobs/make-coffee/run')).toMatchObject({
        status: 404,
        body: { type: '/problems/not-found' },
      });
      for (const [person, status] of [
        [vendor, 403],
        [app.client(), 401],
      ] as const) {
        expect((await person.get('/admin/jobs')).status).toBe(status);
        expect((await person.post('/admin/jobs/expire-holds/run')).status).toBe(status);
      }
    });
  });
});
