import { newId } from '@app/kernel';
import { Quotes } from '@app/trips';
import type { IdempotentRequest } from '@app/http';
import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { TestApp } from '../../../test/support/app.js';
import { expectOk, Shop, type Person } from '../../../test/support/shop.js';
import { SeatClaims } from './seat-claims.js';
import type { SeatClaim } from './seat-claim.js';
import { SeatQueue } from './seat-queue.js';

const KEYS = 6;

interface Request {
  seats: number;
  /** Which idempotency key; those of a key are one request, sent again. */
  key: number | undefined;
  isFree: boolean;
}

describe('claims on one departure at once', () => {
  let app: TestApp;
  let shop: Shop;
  let offer: Awaited<ReturnType<Shop['open']>>;
  let traveller: Person;

  beforeAll(async () => {
    app = await TestApp.start();
    shop = new Shop(app);
    offer = await shop.open();
    traveller = await shop.traveller();
  });
  afterAll(() => app.stop());

  const departureOf = async (capacity: number) => {
    const id = newId();
    await app.query(
      `INSERT INTO departures SELECT $1, trip_id, local_start, now() + random() * interval '1000 days', ends_at, cutoff_at, $2, 0, 0,
         sellable, status, null, created_at, updated_at FROM departures WHERE id = $3`,
      [id, capacity, offer.departure.id],
    );
    return id;
  };

  const claimOf = async (departureId: string, { seats, key, isFree }: Request, keyPrefix: string) => {
    const { quote } = await app.get(Quotes).recall(departureId);
    const unitPrice = isFree ? 0 : 100;
    const items = [{ unitId: offer.unitId, quantity: seats, unitPrice, amount: seats * unitPrice }];
    const request: IdempotentRequest | undefined =
      key === undefined
        ? undefined
        : {
            actorId: traveller.id,
            key: `${keyPrefix}-${key}`,
            route: 'POST /bookings',
            bodyHash: `${seats}`,
            recorded: false,
            markReplayed: () => undefined,
          };
    return {
      actor: { id: traveller.id, role: 'traveller' },
      trip: quote!.trip,
      price: { items, seats, total: seats * unitPrice },
      contact: null,
      key: request,
    } satisfies SeatClaim;
  };

  /** One by one, in the order in which they came. */
  function model(capacity: number, requests: readonly Request[]): string[] {
    let left = capacity;
    const done = new Set<number>();
    return requests.map(({ seats, key }) => {
      if (key !== undefined && done.has(key)) return 'repeat';
      if (seats > left) return 'sold out';
      left -= seats;
      if (key !== undefined) done.add(key);
      return 'booked';
    });
  }

  it('tell of the events of the booked, a free one created before it is confirmed', async () => {
    const free = await shop.open({
      trip: { units: [{ type: 'adult', price: { amount: 0, currency: 'USD' } }] },
    });
    const made = await Promise.all([1, 2, 3, 4].map(() => shop.book(traveller, free)));
    for (const { id } of made) {
      const events = await app.query<{ name: string }>(
        'SELECT name FROM outbox WHERE aggregate_id = $1 ORDER BY sequence',
        [id],
      );
      expect(events.map(({ name }) => name)).toEqual(['booking.created', 'booking.confirmed']);
    }
  });

  it('go to the first in line as long as they fit, and leave who is behind a refused one undecided', async () => {
    const id = await departureOf(3);
    const claims = [2, 2, 1].map((seats) => claimOf(id, { seats, key: undefined, isFree: false }, id));

    const outcomes = await app.get(SeatClaims).book(id, await Promise.all(claims));

    expect(outcomes).toMatchObject([
      { kind: 'booked' },
      { kind: 'sold-out', seatsLeft: 1, mayYetHave: false },
      { kind: 'undecided' },
    ]);
  });

  it('pass by one that asks for more than there is', async () => {
    const id = await departureOf(3);
    const claims = [2_000_000, 2, 4, 1].map((seats) =>
      claimOf(id, { seats, key: undefined, isFree: false }, id),
    );

    const outcomes = await app.get(SeatClaims).book(id, await Promise.all(claims));

    expect(outcomes.map(({ kind }) => kind)).toEqual(['sold-out', 'booked', 'sold-out', 'booked']);
  });

  it('do not pass by one who may have the seats of a hold that has lapsed', async () => {
    const id = await departureOf(5);
    const claim = (seats: number) => claimOf(id, { seats, key: undefined, isFree: false }, id);
    await app.get(SeatQueue).book(id, await claim(2));
    await app.query('UPDATE bookings SET hold_expires_at = $2 WHERE departure_id = $1', [
      id,
      app.clock.now(),
    ]);
    const claims = await Promise.all([5, 2, 1].map(claim));

    const outcomes = await app.get(SeatClaims).book(id, claims);
    const answers = await Promise.allSettled(claims.map((each) => app.get(SeatQueue).book(id, each)));

    expect(outcomes).toMatchObject([
      { kind: 'sold-out', mayYetHave: true },
      { kind: 'undecided' },
      { kind: 'undecided' },
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  it('end as if they had been made one after the other', async () => {
    const seatsOfKey = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: KEYS, maxLength: KEYS });
    const request = fc.record({
      seats: fc.integer({ min: 1, max: 4 }),
      key: fc.option(fc.nat({ max: KEYS - 1 }), { nil: undefined, freq: 2 }),
      isFree: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 30 }),
        fc.array(request, { minLength: 1, maxLength: 60 }),
        seatsOfKey,
        async (capacity, asked, seatsOf) => {
          const requests = asked.map((each) => ({
            ...each,
            seats: each.key === undefined ? each.seats : (seatsOf[each.key] as number),
          }));
          const id = await departureOf(capacity);
          const claims = await Promise.all(requests.map((each) => claimOf(id, each, id)));
          const answers = await Promise.allSettled(claims.map((claim) => app.get(SeatQueue).book(id, claim)));

          const told = answers.map((answer) =>
            answer.status === 'fulfilled' ? 'booked' : nameOf(answer.reason as Error),
          );
          expect(told).toEqual(model(capacity, requests));
          expect(
            claims.map(({ key }, index) => key && key.recorded === (told[index] === 'booked')),
          ).not.toContain(false);
          await expectWritten(id, requests, told);
        },
      ),
      { numRuns: 40 },
    );
  });

  const nameOf = (error: Error) =>
    ({ DepartureSoldOut: 'sold out', RequestInProgress: 'repeat' })[error.constructor.name] ?? String(error);

  /** Seats, rows, keys and events are those of the booked, and of nobody else. */
  async function expectWritten(id: string, requests: readonly Request[], told: readonly string[]) {
    const won = requests.filter((_, index) => told[index] === 'booked');
    const sum = (all: readonly Request[]) => all.reduce((total, { seats }) => total + seats, 0);
    const [row] = await app.query<object>(
      `SELECT seats_held AS held, seats_booked AS booked,
         (SELECT count(*)::int FROM bookings JOIN booking_items ON booking_id = id WHERE departure_id = $1) AS items,
         (SELECT count(*)::int FROM idempotency_keys JOIN bookings ON bookings.id = resource_id WHERE departure_id = $1) AS keys,
         (SELECT count(*)::int FROM outbox JOIN bookings ON bookings.id = aggregate_id WHERE departure_id = $1) AS events
       FROM departures WHERE id = $1`,
      [id],
    );
    const free = won.filter(({ isFree }) => isFree);
    expect(row).toEqual({
      held: sum(won) - sum(free),
      booked: sum(free),
      items: won.length,
      keys: won.filter(({ key }) => key !== undefined).length,
      events: won.length + free.length,
    });
  }

  it('are all booked by one statement, or none of them', async () => {
    const id = await departureOf(10);
    const good = await claimOf(id, { seats: 1, key: undefined, isFree: false }, id);
    const broken = { ...good, actor: { ...good.actor, id: newId() } };

    await expect(app.get(SeatClaims).book(id, [good, broken])).rejects.toThrow('bookings_user_fkey');
    expect(await app.query('SELECT FROM bookings WHERE departure_id = $1', [id])).toEqual([]);

    const answers = await Promise.allSettled(
      [good, good, broken, good].map((claim) => app.get(SeatQueue).book(id, claim)),
    );
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await app.query('SELECT FROM bookings WHERE departure_id = $1', [id])).toHaveLength(3);
  });

  it('are none of them booked once they were told that their departure is stuck', async () => {
    const id = await departureOf(200);
    const claim = await claimOf(id, { seats: 1, key: undefined, isFree: false }, id);
    const gate = app.get(DataSource).createQueryRunner();
    await gate.startTransaction();
    await gate.query('SELECT FROM departures WHERE id = $1 FOR UPDATE', [id]);
    const answers = Promise.allSettled(Array.from({ length: 120 }, () => app.get(SeatQueue).book(id, claim)));
    // As the limit of a statement does.
    const cancelled = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    while ((await app.query(cancelled)).length === 0);
    const told = (await answers).map(({ status }) => status);
    await gate.commitTransaction();
    await gate.release();

    expect(new Set(told)).toEqual(new Set(['rejected']));
    expect(await app.get(SeatQueue).book(id, claim)).toMatchObject({ departureId: id });
    expect(await app.query('SELECT FROM bookings WHERE departure_id = $1', [id])).toHaveLength(1);
  });

  it('do not wait for claims on another departure that wait for them, however their keys are ordered', async () => {
    await app.query(
      `CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.2); RETURN NEW; END'`,
    );
    await app.query(
      'CREATE TRIGGER dawdle BEFORE INSERT ON idempotency_keys FOR EACH ROW EXECUTE FUNCTION dawdle()',
    );
    const prefix = newId();
    const book = async (keys: readonly number[]) => {
      const id = await departureOf(2);
      const claims = keys.map((key) => claimOf(id, { seats: 1, key, isFree: false }, prefix));
      return app.get(SeatClaims).book(id, await Promise.all(claims));
    };
    const answers = await Promise.allSettled([book([1, 2]), book([2, 1])]);
    await app.query('DROP FUNCTION dawdle CASCADE');

    const refusals = answers.flatMap((answer) =>
      answer.status === 'rejected' ? [String(answer.reason)] : [],
    );
    expect(refusals).toEqual([expect.stringContaining('idempotency_keys_pkey')]);
  });
});

/** Each has a cache of its own, and does not hear of what the other changes. */
describe('a quote that another process remembers', () => {
  let here: TestApp;
  let there: TestApp;
  let shop: Shop;
  let traveller: Person;
  let offer: Awaited<ReturnType<Shop['open']>>;

  beforeAll(async () => {
    here = await TestApp.start();
    there = await TestApp.start({ database: here.database, clock: here.clock });
    shop = new Shop(here);
    traveller = await shop.traveller();
  });
  afterAll(async () => {
    await there.stop();
    await here.stop();
  });
  beforeEach(async () => {
    offer = await shop.open({ capacity: 5 });
    expectOk(await bookThere());
  });

  const bookThere = (quantity = 1, unitId = offer.unitId) =>
    traveller
      .at(`${there.url}/api/v1`)
      .post('/bookings', { departureId: offer.departure.id, items: [{ unitId, quantity }] });
  const change = async (changes: object) =>
    expectOk(await offer.vendor.patch(`/trips/${offer.departure.tripId}`, changes));
  const adult = (amount: number, more: object = {}) => ({
    units: [{ type: 'adult', price: { amount, currency: 'USD' }, ...more }],
  });

  it('books nothing at the old price, however many book at once', async () => {
    await change(adult(12_300));

    const answers = await Promise.all([1, 2, 3].map(() => bookThere()));

    expect(answers.map(({ body }) => body.total?.amount)).toEqual([12_300, 12_300, 12_300]);
    const [{ seats_held: held }] = (await here.query<{ seats_held: number }>(
      'SELECT seats_held FROM departures WHERE id = $1',
      [offer.departure.id],
    )) as [{ seats_held: number }];
    expect(held).toBe(4);
  });

  it('books nothing by old rules: seats per unit, quantities, units withdrawn', async () => {
    await change(adult(10_000, { paxCount: 3 }));
    expect((await bookThere()).body.seats).toBe(3);
    await change(adult(10_000, { maxQuantity: 1 }));
    expect((await bookThere(2)).status).toBe(422);
    await change({ units: [{ type: 'child', price: { amount: 500, currency: 'USD' } }] });
    expect((await bookThere()).status).toBe(422);
  });

  it('refuses nobody: what has been added or allowed meanwhile can be had', async () => {
    await change(adult(10_000, { maxQuantity: 1 }));
    expect((await bookThere(2)).status).toBe(422);
    const { units } = await change({
      units: [...adult(10_000).units, { type: 'child', price: { amount: 500, currency: 'USD' } }],
    });
    expect((await bookThere(2)).status).toBe(201);
    expect((await bookThere(1, units[1].id)).body.total.amount).toBe(500);
  });

  it('books by the commission and the times that hold now', async () => {
    await here.query('UPDATE vendors SET commission_bps = 700 WHERE id = $1', [offer.vendor.vendorId]);
    await here.query(`UPDATE departures SET ends_at = ends_at + interval '1 hour' WHERE id = $1`, [
      offer.departure.id,
    ]);
    const { body } = await bookThere();
    const [row] = await here.query(
      `SELECT b.commission_bps, b.ends_at = d.ends_at AS same FROM bookings b JOIN departures d ON d.id = departure_id WHERE b.id = $1`,
      [body.id],
    );
    expect(row).toEqual({ commission_bps: 700, same: true });
  });
});
