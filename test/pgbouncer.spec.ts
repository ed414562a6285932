import { openDatabase } from '@app/database';
import { Client } from 'pg';
import { TestApp } from './support/app.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { eventually } from './support/deployment.js';
import { PgBouncer, pgbouncer } from './support/pgbouncer.js';
import { describeWith } from './support/programs.js';
import { expectBooksInOrder, expectOk, Shop, type Person } from './support/shop.js';
import { expectSound } from './support/soundness.js';

/** Far fewer than the API asks for at a time. */
const SERVER_CONNECTIONS = 3;
const TRAVELLERS = 8;
const SEATS = 5;
const ROUNDS = 8;
const WITHIN_MS = 60_000;

describeWith({ pgbouncer })('behind PgBouncer in transaction mode', () => {
  let bouncer: PgBouncer;
  let database: TestDatabase;
  let app: TestApp;
  let shop: Shop;
  let offer: { departure: { id: string }; unitId: string };
  let travellers: Person[];
  let operator: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    bouncer = await PgBouncer.start(database.url, {
      default_pool_size: SERVER_CONNECTIONS,
      query_wait_timeout: 2,
    });
    operator = new Client({ connectionString: database.url });
    await operator.connect();
    // No setting of ours reaches the server's sessions: they have its own zone.
    await operator.query(`ALTER DATABASE ${operator.database} SET timezone = 'America/Lima'`);
    app = await TestApp.start({
      database,
      env: { DATABASE_URL: bouncer.through(database.url), DATABASE_DIRECT_URL: database.url },
    });
    shop = new Shop(app);
    offer = await shop.open({ capacity: SEATS });
    travellers = await Promise.all(Array.from({ length: TRAVELLERS }, () => shop.traveller()));
  });
  afterAll(async () => {
    await app.stop();
    await operator.end();
    await bouncer.stop();
    await database.drop();
  });

  const book = (traveller: Person) =>
    traveller.post('/bookings', {
      departureId: offer.departure.id,
      items: [{ unitId: offer.unitId, quantity: 1 }],
    });

  /** As long as it lasts, the pooler has no connection to give away. */
  async function whileAllAreTaken<T>(work: () => Promise<T>): Promise<T> {
    const holders = Array.from(
      { length: SERVER_CONNECTIONS },
      () => new Client({ connectionString: bouncer.through(database.url) }),
    );
    for (const holder of holders) {
      await holder.connect();
      await holder.query('BEGIN');
    }
    try {
      return await work();
    } finally {
      await Promise.all(holders.map((holder) => holder.end()));
    }
  }

  it('sells every seat once, and the books agree', async () => {
    const answers = await Promise.all(travellers.map(book));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(SEATS);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(TRAVELLERS - SEATS);

    await Promise.all(
      answers.map(async ({ body }, index) => {
        if (!body.reference) return;
        await shop.pay(travellers[index]!, body.id);
        if (index % 2) expectOk(await travellers[index]!.post(`/bookings/${body.id}/cancel`));
      }),
    );
    await app.drain();

    await expectSound((statement) => app.query(statement));
    await expectBooksInOrder(shop);
  });

  it('counts days in UTC whatever zone the server is in', async () => {
    const admin = await shop.adminClient();
    const { daily } = expectOk(await admin.get('/admin/analytics?from=2026-12-31&to=2027-01-01'));

    expect(daily.map(({ date, bookings }: { date: string; bookings: number }) => [date, bookings])).toEqual([
      ['2026-12-31', 0],
      ['2027-01-01', SEATS],
    ]);
  });

  it('wakes the worker, which listens past it', async () => {
    const rings: string[] = [];
    operator.on('notification', ({ channel }) => rings.push(channel));
    await operator.query('LISTEN travellr_outbox');

    await shop.vendor();

    const heard = await eventually(
      async () => rings,
      ({ length }) => length > 0,
      WITHIN_MS,
    );
    expect(heard).toContain('travellr_outbox');
  });

  it('answers 503 and when to come back while it has no connection to give', async () => {
    const { status, headers, body } = await whileAllAreTaken(() => app.client().get('/trips'));

    expect({ status, type: body.type }).toEqual({ status: 503, type: '/problems/temporarily-unavailable' });
    expect(headers.get('retry-after')).toBe('1');
    expect((await app.client().get('/trips')).status).toBe(200);
  });

  it('answers 503, never 500, while it loses connections to the server', async () => {
    const statuses: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const requests = Promise.allSettled(
        travellers.flatMap((traveller) => [book(traveller), traveller.get('/trips'), book(traveller)]),
      );
      for (let blow = 0; blow < 5; blow++) {
        await operator.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND application_name = 'travellr-api'`,
        );
      }
      for (const answer of await requests)
        statuses.push(answer.status === 'fulfilled' ? answer.value.status : NaN);
    }

    expect(statuses).toContain(503);
    expect(statuses.filter((status) => ![200, 201, 409, 503].includes(status))).toEqual([]);
  });

  it('is refused where a lasting session is needed', async () => {
    const url = bouncer.through(database.url);
    const opening = openDatabase(
      { dataDir: '.data', database: { url, directUrl: url, poolSize: 2, prepared: true, migrate: true } },
      () => undefined,
    );

    await expect(opening).rejects.toThrow('set DATABASE_DIRECT_URL');
  });
});
