import { ApiClient } from './support/client.js';
import { createTestDatabase } from './support/database.js';
import { Deployment, eventually } from './support/deployment.js';
import { Effects } from './support/effects.js';
import { Outside } from './support/outside.js';
import { expectBooksInOrder, Shop } from './support/shop.js';
import { deliveries, violations, type Query } from './support/soundness.js';
import { Storm } from './support/storm.js';

const SHORT_FORM = 100;
/** The long form, which also waits until everything is told: NO_EVENT_LOST_BOOKINGS=10000 npx jest test/no-event-lost.spec.ts */
const BOOKINGS = Number(process.env['NO_EVENT_LOST_BOOKINGS'] ?? SHORT_FORM);
const IS_LONG = BOOKINGS > SHORT_FORM;
const WORKERS = 2;
const ANSWERS_BETWEEN_KILLS = Math.max(50, BOOKINGS / 60);
/** A refund that was interrupted is taken up after 15 s, every 5 s; for the rest, thousands of bookings take their time. */
const AT_REST_WITHIN_MS = 120_000 + 200 * BOOKINGS;
const LIMIT_MS = 480_000 + 800 * BOOKINGS;
/** The server of the tests does without autovacuum; but tens of thousands of jobs leave too much behind. */
const VACUUM_EVERY_MS = 15_000;
/** Requests to an endpoint, and mails of a worker, that may be under way when it is killed: of them the outside may hear twice. */
const UNDER_WAY = 4;

describe(`${BOOKINGS} bookings, while the API and its workers are killed with -9 and started again`, () => {
  let outside: Outside;
  let deployment: Deployment;
  let effects: Effects;
  let storm: Storm;
  let shop: Shop;
  let left: string[];
  let vacuuming: NodeJS.Timeout | undefined;

  beforeAll(async () => {
    outside = await Outside.open();
    const settings = { HOLD_MINUTES: '1440', ...outside.settings };
    deployment = await Deployment.startApart(await createTestDatabase(), WORKERS, settings);
    if (IS_LONG)
      vacuuming = setInterval(() => void query('VACUUM ANALYZE').catch(() => undefined), VACUUM_EVERY_MS);
    effects = await Effects.watch(query);
    const before = await shopNow();
    const vendor = await before.vendor();
    await outside.subscribe(await before.adminClient(), ['booking.cancelled', 'refund.processed']);
    await outside.subscribe(vendor, ['booking.cancelled'], vendor.vendorId);
    storm = await Storm.gather(deployment, WORKERS, before, vendor, BOOKINGS);
    await storm.rage(ANSWERS_BETWEEN_KILLS);

    await deployment.drain(AT_REST_WITHIN_MS);
    left = await eventually(
      () => violations(query),
      (found) => found.length === 0,
      AT_REST_WITHIN_MS,
    );
    const isQuiet = (waiting: number) => waiting === 0;
    if (IS_LONG) await eventually(() => outside.waiting(query), isQuiet, AT_REST_WITHIN_MS);
    shop = await shopNow();
  }, LIMIT_MS);
  afterAll(async () => {
    clearInterval(vacuuming);
    await deployment?.stop();
    await outside.close();
  });

  it('leaves nothing unfinished, and the books in order', async () => {
    expect([...new Set(storm.kills)].sort()).toEqual(['api', 'worker 1', 'worker 2']);
    expect(left).toEqual([]);
    await expectBooksInOrder(shop);
  });

  it('makes each booking once, as its client was told', async () => {
    const bookings = await query<{ id: string; status: string }>('SELECT id, status FROM bookings');
    const statusOf = new Map(bookings.map(({ id, status }) => [id, status]));
    expect(storm.told.filter(({ id, status }) => statusOf.get(id) !== status)).toEqual([]);
    expect(bookings).toHaveLength(storm.told.length);
    expect(storm.told.length).toBeGreaterThanOrEqual(BOOKINGS);
  });

  it('delivers every event to every handler that listens for it, once', async () => {
    const given = await effects.deliveries();
    const owed = (await deliveries(await shop.adminClient())).map(
      ({ eventId, handler }) => `${eventId}:${handler}`,
    );
    expect(without(owed, given)).toEqual([]);
    expect(without(given, owed)).toEqual([]);
    expect(given).toHaveLength(owed.length);
    expect(owed.length).toBeGreaterThan(4 * BOOKINGS);
  });

  it('has the effects in the database exactly once', async () => {
    expect(await effects.notOnce()).toEqual([]);
  });

  it('keeps the order of each aggregate, for each handler', async () => {
    const { followed, broken } = await effects.order();
    expect(broken).toEqual([]);
    expect(followed).toBeGreaterThan(BOOKINGS / 2);
  });

  it('tells the outside, at least once, and more than once only what a killed worker was about', async () => {
    const killed = storm.kills.filter((victim) => victim !== 'api').length;
    const mails = await outside.mails(query);
    const webhooks = await outside.webhooks(query);
    expect(await outside.untold(query)).toEqual([]);
    expect([...mails.missing, ...webhooks.missing]).toEqual([]);
    expect(mails.repeated).toBeLessThanOrEqual(UNDER_WAY * killed);
    expect(webhooks.repeated).toBeLessThanOrEqual(2 * UNDER_WAY * killed);
    expect(IS_LONG ? await outside.waiting(query) : 0).toBe(0);
  });

  const query: Query = (statement, parameters) => deployment.query(statement, parameters);

  /** At the process that there is now. */
  async function shopNow(): Promise<Shop> {
    const client = new ApiClient(await deployment.url());
    return new Shop({ client: () => client, drain: () => deployment.drain() });
  }
});

function without(all: readonly string[], some: readonly string[]): string[] {
  const left = new Set(all);
  for (const each of some) left.delete(each);
  return [...left];
}
