import pg from 'pg';
import { TestApp } from './support/app.js';
import type { Answer } from './support/client.js';
import { expectBooksInOrder, Shop, type Person } from './support/shop.js';

const KEY = { 'idempotency-key': 'one-for-all' };

/**
 * Idempotency keys are locked last, after all else that a request locks (docs/ARCHITECTURE.md): requests of one user with one key must
 * not wait for each other in a circle, on a departure that everybody wants.
 */
describe('an idempotency key', () => {
  let app: TestApp;
  let shop: Shop;
  let traveller: Person;
  let offer: Awaited<ReturnType<Shop['open']>>;
  let gate: pg.Client;

  beforeAll(async () => {
    app = await TestApp.start();
    shop = new Shop(app);
    traveller = await shop.traveller();
    gate = new pg.Client({ connectionString: app.database.url });
    await gate.connect();
  });
  afterAll(async () => {
    await gate.end();
    await app.stop();
  });
  beforeEach(async () => {
    await app.query('DELETE FROM idempotency_keys');
    offer = await shop.open();
  });
  afterEach(() => expectBooksInOrder(shop));

  const waiting = async (requests: number) => {
    const blocked = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    while ((await app.query(blocked)).length < requests);
  };

  /** Begins requests one after the other, each once the one before it waits for what is locked; then lets them go on. */
  async function behindGate(
    rows: string,
    requests: readonly (() => Promise<Answer>)[],
    meanwhile?: () => Promise<void>,
  ): Promise<Answer[]> {
    await gate.query('BEGIN');
    await gate.query(`SELECT FROM ${rows} FOR UPDATE`);
    const underWay: Promise<Answer>[] = [];
    for (const request of requests) {
      underWay.push(request());
      await waiting(underWay.length);
    }
    await meanwhile?.();
    await gate.query('COMMIT');
    return Promise.all(underWay);
  }

  const departure = () => `departures WHERE id = '${offer.departure.id}'`;
  const cancel = (id: string) => () => traveller.post(`/bookings/${id}/cancel`, {}, KEY);
  const book = () =>
    traveller.post(
      '/bookings',
      { departureId: offer.departure.id, items: [{ unitId: offer.unitId, quantity: 1 }] },
      KEY,
    );

  /** That nobody has it locked: whoever writes one that is locked waits for what comes of that. */
  async function expectFree(actorId: string): Promise<void> {
    await gate.query(`SET LOCAL lock_timeout = '1s'`);
    await gate.query('SAVEPOINT here');
    await gate.query(
      `INSERT INTO idempotency_keys (actor_id, key, route, body_hash, resource_id, status, created_at)
       VALUES ($1, $2, '', '', $1, 200, now()) ON CONFLICT DO NOTHING`,
      [actorId, KEY['idempotency-key']],
    );
    await gate.query('ROLLBACK TO here');
  }

  it('does not let cancelling and booking wait for each other', async () => {
    const { id } = await shop.book(traveller, offer);

    const [booked, cancelled] = await behindGate(departure(), [book, cancel(id)]);

    expect(booked).toMatchObject({ status: 201 });
    expect(cancelled).toMatchObject({ status: 422, body: { type: '/problems/idempotency-key-reused' } });
    expect((await traveller.get(`/bookings/${id}`)).body.status).toBe('pending');
  });

  it('is not locked by a cancellation that waits for the departure', async () => {
    const { id } = await shop.book(traveller, offer);

    const answers = await behindGate(departure(), [cancel(id)], () => expectFree(traveller.id));

    expect(answers).toMatchObject([{ status: 200 }]);
    expect((await cancel(id)()).headers.get('idempotency-replayed')).toBe('true');
  });

  it('is not locked by a payment that waits for the departure', async () => {
    const opensAccounts = await shop.book(traveller, offer);
    await shop.pay(traveller, opensAccounts.id);
    const { id } = await shop.book(traveller, offer);
    const pay = () => traveller.post('/payments', { bookingId: id, paymentMethod: 'pm_ok' }, KEY);

    const answers = await behindGate(departure(), [pay], () => expectFree(traveller.id));

    expect(answers).toMatchObject([{ status: 201, body: { status: 'succeeded' } }]);
    expect((await pay()).headers.get('idempotency-replayed')).toBe('true');
  });

  it('is not locked by a completion that waits for the books', async () => {
    const { id } = await shop.book(traveller, offer);
    await shop.pay(traveller, id);
    app.clock.set(offer.departure.startsAt);
    const complete = () => offer.vendor.post(`/bookings/${id}/complete`, undefined, KEY);

    const answers = await behindGate('ledger_accounts', [complete], () => expectFree(offer.vendor.id));

    expect(answers).toMatchObject([{ status: 200, body: { status: 'completed' } }]);
    expect((await complete()).headers.get('idempotency-replayed')).toBe('true');
  });
});
