import { randomUUID } from 'node:crypto';
import { ApiClient, type Answer } from './support/client.js';
import { createTestDatabase } from './support/database.js';
import { Deployment, eventually } from './support/deployment.js';
import { expectBooksInOrder, expectOk, inDays, Shop, type Person } from './support/shop.js';
import { undelivered, violations } from './support/soundness.js';
import type { Hold, Stage } from './support/stripe-fake/faults.js';
import { StripeFake } from './support/stripe-fake/stripe-fake.js';

/** Recovery takes up what was untouched for 15 s, every 5 s. */
const AT_REST_WITHIN_MS = 120_000;

/** Where a request stands when its process is killed: held on its way to Stripe or back, or answered, its events not yet relayed. */
interface Point {
  readonly killedOnce: string;
  readonly at?: readonly [path: RegExp, stage: Stage];
  /** Stripe gets it all the same, when its sender is dead. */
  readonly arrives?: boolean;
}

const PAYMENTS: Point[] = [
  { killedOnce: 'the payment is on record', at: [/payment_intents$/, 'before'] },
  { killedOnce: 'its intent is created', at: [/payment_intents$/, 'after'] },
  { killedOnce: 'the id of the intent is stored', at: [/confirm$/, 'before'] },
  { killedOnce: 'the confirmation is on its way', at: [/confirm$/, 'before'], arrives: true },
  { killedOnce: 'the intent is confirmed', at: [/confirm$/, 'after'] },
  { killedOnce: 'the outcome is committed' },
];
const REFUNDS: Point[] = [
  { killedOnce: 'the refund is on record', at: [/refunds$/, 'before'] },
  { killedOnce: 'the request for it is on its way', at: [/refunds$/, 'before'], arrives: true },
  { killedOnce: 'the refund is made', at: [/refunds$/, 'after'] },
  { killedOnce: 'the outcome is committed' },
];
const PAYOUTS: Point[] = [
  { killedOnce: 'the payout is on record', at: [/transfers$/, 'before'] },
  { killedOnce: 'the request for it is on its way', at: [/transfers$/, 'before'], arrives: true },
  { killedOnce: 'the transfer is made', at: [/transfers$/, 'after'] },
  { killedOnce: 'the outcome is committed' },
];

/** A request with a key, which its client repeats at whatever process there is. */
class Repeatable {
  /** What came of it while recovery had not yet been; and once everything was at rest. */
  early?: Answer;
  late?: Answer;

  constructor(
    readonly point: Point,
    /** The booking that is paid or refunded, or the vendor who is paid. */
    readonly subject: string,
    private readonly client: ApiClient,
    private readonly path: string,
    private readonly body: object,
    private readonly headers = { 'idempotency-key': randomUUID() },
  ) {}

  async send(deployment: Deployment): Promise<Answer> {
    return this.client.at(await deployment.url()).post(this.path, this.body, this.headers);
  }
}

/** Each request is left at its point, the processes are killed, and what the next ones make of it is looked at from outside and in SQL. */
describe('kill -9 between two steps', () => {
  let fake: StripeFake;
  let deployment: Deployment;
  let shop: Shop;
  let payments: Repeatable[];
  let refunds: Repeatable[];
  let payouts: Repeatable[];
  let left: string[];
  let unrelayed: { event_id: string; name: string }[];
  let chargesAtRest: number[];

  beforeAll(async () => {
    fake = await StripeFake.start();
    fake.accounts.onboarded = true;
    deployment = await Deployment.start(await createTestDatabase(), 1, {
      STRIPE_API_KEY: 'sk_test_fake',
      STRIPE_API_BASE: fake.url,
      STRIPE_WEBHOOK_SECRET: 'whsec_of_the_suite',
    });
    await arrange();
    const all = [...payments, ...refunds, ...payouts];
    const held = all.filter(({ point }) => point.at);
    const answered = all.filter(({ point }) => !point.at);

    const late = await Promise.all([payments, refunds, payouts].map((requests) => leaveHeld(requests)));
    await deployment.crash(0, { WORKER: 'off' });
    for (const hold of late.flat()) hold.release();
    for (const request of held) request.early = await request.send(deployment);
    for (const request of answered) request.early = await request.send(deployment);
    unrelayed = await deployment.query('SELECT event_id, name FROM outbox WHERE relayed_at IS NULL');
    await deployment.crash();

    left = await eventually(unfinished, (found) => found.length === 0, AT_REST_WITHIN_MS);
    chargesAtRest = payments.map(({ subject }) => chargesOf(subject).length);
    for (const request of all) request.late = await request.send(deployment);
    await deployment.drain();
    shop = await shopNow();
  }, 300_000);
  afterAll(() => Promise.all([deployment?.stop(), fake.close()]));

  it('leaves nothing unfinished', () => {
    expect(left).toEqual([]);
  });

  it('charges nobody who is gone, and loses no charge that was made', () => {
    expect(chargesAtRest).toEqual([0, 0, 0, 1, 1, 1]);
  });

  it.each(PAYMENTS)('charges and posts once when it comes once $killedOnce', async (point) => {
    const { subject: bookingId, early, late } = payments.find((request) => request.point === point)!;
    expect(early!.status).toBe(point.at ? 409 : 201);
    expect(early!.body.type).toBe(point.at && '/problems/request-in-progress');
    expect(late).toMatchObject({ status: 201, body: { bookingId, status: 'succeeded' } });
    expect(chargesOf(bookingId)).toMatchObject([
      { amount: 10_000, payment_intent: late!.body.gatewayPaymentId },
    ]);
    expect(intentsOf(bookingId).filter(({ status }) => !['canceled', 'succeeded'].includes(status))).toEqual(
      [],
    );
    expect(await journalsOf('booking_id', bookingId)).toEqual(['payment.gateway_fee', 'payment.succeeded']);
    expect(await eventsOf(bookingId)).toEqual(['booking.confirmed', 'booking.created', 'payment.processed']);
    expect(await deployment.query('SELECT status, paid FROM bookings WHERE id = $1', [bookingId])).toEqual([
      { status: 'confirmed', paid: '10000' },
    ]);
  });

  it.each(REFUNDS)('refunds and posts once when it comes once $killedOnce', async (point) => {
    const { subject: bookingId, early, late } = refunds.find((request) => request.point === point)!;
    expect(early).toMatchObject({ status: 201, body: { status: point.at ? 'pending' : 'succeeded' } });
    expect(late).toMatchObject({ status: 201, body: { id: early!.body.id, status: 'succeeded' } });
    expect(late!.headers.get('idempotency-replayed')).toBe('true');
    const made = fake.world.objects.all('refund').filter(({ metadata }) => metadata.bookingId === bookingId);
    expect(made).toMatchObject([
      { amount: 4_000, status: 'succeeded', metadata: { refundId: late!.body.id } },
    ]);
    expect(await journalsOf('booking_id', bookingId)).toEqual([
      'payment.gateway_fee',
      'payment.succeeded',
      'refund.created',
      'refund.settled',
    ]);
    expect((await eventsOf(bookingId)).filter((name) => name.startsWith('refund'))).toEqual([
      'refund.processed',
    ]);
  });

  it.each(PAYOUTS)('pays and posts once when it comes once $killedOnce', async (point) => {
    const { subject: vendorId, early, late } = payouts.find((request) => request.point === point)!;
    expect(early!.status).toBe(200);
    expect(early!.body.paid).toHaveLength(point.at ? 0 : 1);
    const paid = [{ vendorId, amount: { amount: 8_000, currency: 'USD' } }];
    expect(late).toMatchObject({ status: 200, body: { paid, skipped: [], failed: [] } });
    const { payoutId } = late!.body.paid[0];
    const made = fake.world.objects.all('transfer').filter(({ metadata }) => metadata.vendorId === vendorId);
    expect(made).toMatchObject([{ amount: 8_000, metadata: { payoutId } }]);
    expect(await journalsOf('source_id', payoutId)).toEqual(['payout.paid', 'payout.submitted']);
    expect((await eventsOf(vendorId)).filter((name) => name === 'vendor.payout')).toHaveLength(1);
  });

  it('relays the events of what was committed, under the ids that they had', async () => {
    expect(unrelayed.map(({ name }) => name).sort()).toEqual([
      'booking.confirmed',
      'payment.processed',
      'refund.processed',
      'vendor.payout',
    ]);
    const relayed = await deployment.query(
      'SELECT event_id, name FROM outbox WHERE event_id = ANY($1) AND relayed_at IS NOT NULL ORDER BY sequence',
      [unrelayed.map(({ event_id }) => event_id)],
    );
    expect(relayed).toHaveLength(unrelayed.length);
    expect(relayed).toEqual(expect.arrayContaining(unrelayed));
    expect(await undelivered(await shop.adminClient())).toEqual([]);
  });

  it('keeps the books in order, and in agreement with Stripe', async () => {
    await expectBooksInOrder(shop);
    const { data } = expectOk(await (await shop.adminClient()).get('/admin/ledger/trial-balance'));
    expect(data).toHaveLength(1);
    expect(data[0].accounts).toContainEqual({
      account: 'gateway:balance',
      balance: fake.world.balance.available('usd'),
    });
  });

  it('asks Stripe for nothing that it does not document', () => {
    expect(fake.violations).toEqual([]);
    expect(fake.requests.length).toBeGreaterThan(30);
  });

  /** Bookings to pay, paid bookings to refund, and vendors with 80.00 to be paid. */
  async function arrange(): Promise<void> {
    const opening = await shopNow();
    const opened = await opening.open();
    const traveller = await opening.traveller();
    const booked = async () => (await opening.book(traveller, opened)).id as string;
    const admin = await opening.adminClient();

    payments = [];
    for (const point of PAYMENTS) {
      const bookingId = await booked();
      const body = { bookingId, paymentMethod: 'pm_ok' };
      payments.push(new Repeatable(point, bookingId, traveller, '/payments', body));
    }
    refunds = [];
    for (const point of REFUNDS) {
      const bookingId = await booked();
      const { id } = await opening.pay(traveller, bookingId);
      const body = { amount: { amount: 4_000, currency: 'USD' }, reason: 'It rained' };
      refunds.push(new Repeatable(point, bookingId, opened.vendor, `/payments/${id}/refund`, body));
    }
    payouts = [];
    for (const point of PAYOUTS) {
      const vendorId = await vendorWithMoney(opening, traveller);
      payouts.push(new Repeatable(point, vendorId, admin, '/admin/payouts/run', { vendorId }));
    }
    await deployment.drain();
  }

  /** At the process that there is now. */
  async function shopNow(): Promise<Shop> {
    const client = new ApiClient(await deployment.url());
    return new Shop({ client: () => client, drain: () => deployment.drain() });
  }

  /** Of a booking that was cancelled too late to get anything back. */
  async function vendorWithMoney(opening: Shop, traveller: Person): Promise<string> {
    const vendor = await opening.vendor();
    const trip = await opening.trip(vendor, { cancellationPolicy: 'strict' });
    const departure = await opening.departure(vendor, trip.id, 10, inDays(3));
    const { id } = await opening.book(traveller, { departure, unitId: trip.units[0].id });
    await opening.pay(traveller, id);
    expectOk(await traveller.post(`/bookings/${id}/cancel`, {}));
    return vendor.vendorId;
  }

  /** Sends those that are to be held, and comes back when each stands at its point. @returns the holds on what shall arrive. */
  async function leaveHeld(requests: Repeatable[]): Promise<Hold[]> {
    const late: Hold[] = [];
    for (const request of requests) {
      const { at, arrives, killedOnce } = request.point;
      if (!at) continue;
      const hold = fake.faults.hold('POST', ...at);
      const answer = request.send(deployment).catch(() => undefined);
      const early = await Promise.race([hold.arrived.then(() => undefined), answer]);
      if (early) throw new Error(`${killedOnce}: ${early.status} ${JSON.stringify(early.body)}`);
      if (arrives) late.push(hold);
    }
    return late;
  }

  async function unfinished(): Promise<string[]> {
    const query = <T>(sql: string) => deployment.query<T>(sql);
    const payouts = await query<{ format: string }>(
      `SELECT format('payout %s is %s', id, status) FROM payouts WHERE status <> 'paid'`,
    );
    return [...(await violations(query)), ...payouts.map(({ format }) => format)];
  }

  const chargesOf = (bookingId: string) =>
    fake.world.objects.all('charge').filter(({ metadata }) => metadata.bookingId === bookingId);
  const intentsOf = (bookingId: string) =>
    fake.world.objects.all('payment_intent').filter(({ metadata }) => metadata.bookingId === bookingId);
  const journalsOf = async (column: 'booking_id' | 'source_id', id: string) =>
    (
      await deployment.query<{ kind: string }>(
        `SELECT kind FROM journals WHERE ${column} = $1 ORDER BY kind`,
        [id],
      )
    ).map(({ kind }) => kind);
  const eventsOf = async (aggregateId: string) =>
    (
      await deployment.query<{ name: string }>(
        'SELECT name FROM outbox WHERE aggregate_id = $1 ORDER BY name',
        [aggregateId],
      )
    ).map(({ name }) => name);
});
