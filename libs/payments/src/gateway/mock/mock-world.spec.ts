import { Transactor } from '@app/database';
import { Jobs } from '@app/events';
import { TestApp } from '../../../../../test/support/app.js';
import type { ApiClient } from '../../../../../test/support/client.js';
import { expectBooksInOrder, expectOk, Shop, type Person } from '../../../../../test/support/shop.js';
import { SEND_MOCK_WEBHOOK } from './news/mock-news.js';

/** Over real HTTP, from the mock to the platform as from a client. */
describe('the world of the mock gateway', () => {
  const usual = {
    webhooks: { duplicate: false, reorder: false, delayMs: 0, drop: false },
    fundsDelayMs: 0,
  };
  let app: TestApp;
  let shop: Shop;
  let admin: ApiClient;
  let traveller: Person;
  let offer: Awaited<ReturnType<Shop['open']>>;

  beforeAll(async () => {
    app = await TestApp.start();
    shop = new Shop(app);
    admin = await shop.adminClient();
    traveller = await shop.traveller();
    offer = await shop.open({ capacity: 50 });
  });
  afterEach(async () => {
    await turn({});
    await expectBooksInOrder(shop);
  });
  afterAll(() => app.stop());

  const turn = (knobs: object, client = admin) => client.send('PUT', '/mock-gateway/knobs', knobs);
  const close = (id: string, outcome = 'won', client = admin) =>
    client.post(`/mock-gateway/disputes/${id}/close`, { outcome });
  const book = async () => (await shop.book(traveller, offer)).id as string;
  const paid = async (paymentMethod: string) => shop.pay(traveller, await book(), paymentMethod);
  const payment = async (id: string) => expectOk(await traveller.get(`/payments/${id}`));
  const eventsTaken = () =>
    app.query<{ type: string; times: number }>(
      'SELECT type, count(*)::int AS times FROM gateway_events GROUP BY type ORDER BY type',
    );
  const webhooksLeft = () =>
    app.query<{ last_error: string | null }>(
      'SELECT last_error FROM graphile_worker.jobs WHERE task_identifier = $1',
      [SEND_MOCK_WEBHOOK],
    );
  const disputeOver = async (gatewayPaymentId: string) => {
    const [row] = await app.query<{ id: string }>(
      'SELECT id FROM mock_gateway_disputes WHERE payment_id = $1',
      [gatewayPaymentId],
    );
    return row!.id;
  };

  it('tells the platform that a challenge was passed: the booking is confirmed', async () => {
    const bookingId = await book();
    const { id, nextAction } = await shop.pay(traveller, bookingId, 'pm_3ds');
    await traveller.post(nextAction.url.replace('/api/v1', ''), { outcome: 'pass' });
    expect(await payment(id)).toMatchObject({ status: 'requires_action' });
    await app.drain();
    expect(await payment(id)).toMatchObject({ status: 'succeeded' });
    expect(expectOk(await traveller.get(`/bookings/${bookingId}`))).toMatchObject({ status: 'confirmed' });
    expect(await webhooksLeft()).toEqual([]);
  });

  it('tells the platform late of a charge whose answer never came', async () => {
    const { id, status } = await paid('pm_timeout_then_ok');
    expect(status).toBe('unknown');
    await app.drain();
    expect(await payment(id)).toMatchObject({ status: 'unknown' });

    await app.query(
      `SELECT FROM graphile_worker.reschedule_jobs(ARRAY(
         SELECT id FROM graphile_worker.jobs WHERE task_identifier = $1), run_at => now())`,
      [SEND_MOCK_WEBHOOK],
    );
    await app.drain();
    expect(await payment(id)).toMatchObject({ status: 'succeeded' });
  });

  it('is taken at its word once, however often it sends an event', async () => {
    expect((await turn({ webhooks: { duplicate: true } })).body.webhooks.duplicate).toBe(true);
    const before = await eventsTaken();
    await paid('pm_ok');
    expect(await webhooksLeft()).toHaveLength(2);
    await app.drain();
    expect(await webhooksLeft()).toEqual([]);
    const timesOf = (events: typeof before) =>
      events.find(({ type }) => type === 'payment.succeeded')?.times ?? 0;
    expect(timesOf(await eventsTaken())).toBe(timesOf(before) + 1);
  });

  it('tells nothing when its webhooks are dropped', async () => {
    await turn({ webhooks: { drop: true } });
    const { id, nextAction } = await paid('pm_3ds');
    await traveller.post(nextAction.url.replace('/api/v1', ''), { outcome: 'pass' });
    await app.drain();
    expect(await payment(id)).toMatchObject({ status: 'requires_action' });
  });

  it('tries again later what the platform does not take, and does not hold up the rest', async () => {
    await app
      .get(Transactor)
      .run((tx) => app.get(Jobs).enqueue(SEND_MOCK_WEBHOOK, { event: { type: 'unreadable' } }, tx));
    await app.drain();
    expect(await webhooksLeft()).toMatchObject([{ last_error: expect.stringContaining('400') }]);
    await app.query(
      'SELECT FROM graphile_worker.complete_jobs(ARRAY(SELECT id FROM graphile_worker.jobs WHERE task_identifier = $1))',
      [SEND_MOCK_WEBHOOK],
    );
  });

  describe('its knobs', () => {
    it('are as usual until they are turned, and go back when they are left out', async () => {
      expect(await admin.get('/mock-gateway/knobs')).toMatchObject({ status: 200, body: usual });
      const turned = {
        webhooks: { duplicate: true, reorder: true, delayMs: 600_000, drop: true },
        fundsDelayMs: 86_400_000,
      };
      expect(await turn(turned)).toMatchObject({ status: 200, body: turned });
      expect((await admin.get('/mock-gateway/knobs')).body).toEqual(turned);

      const { body } = await turn({ webhooks: { delayMs: 5 } });
      expect(body).toEqual({ ...usual, webhooks: { ...usual.webhooks, delayMs: 5 } });
      expect((await turn({})).body).toEqual(usual);
      expect((await admin.get('/mock-gateway/knobs')).body).toEqual(usual);
    });

    it.each([
      [{ webhooks: { delayMs: 600_001 } }, 'webhooks.delayMs'],
      [{ webhooks: { delayMs: -1 } }, 'webhooks.delayMs'],
      [{ webhooks: { drop: 'yes' } }, 'webhooks.drop'],
      [{ webhooks: { lose: true } }, 'webhooks.lose'],
      [{ fundsDelayMs: -1 }, 'fundsDelayMs'],
      [{ fundsDelayMs: Number.MAX_SAFE_INTEGER }, 'fundsDelayMs'],
    ])('cannot be turned to %j', async (knobs, field) => {
      expect(await turn(knobs)).toMatchObject({ status: 422, body: { errors: [{ field }] } });
    });

    it('are for admins alone', async () => {
      expect((await turn({}, app.client())).status).toBe(401);
      expect((await turn({}, traveller)).status).toBe(403);
      expect((await traveller.get('/mock-gateway/knobs')).status).toBe(403);
    });
  });

  describe('its banks', () => {
    it('decide a dispute once', async () => {
      const { gatewayPaymentId } = await paid('pm_dispute');
      const dispute = await disputeOver(gatewayPaymentId);
      expect(await close(dispute, 'lost')).toMatchObject({
        status: 200,
        body: { gatewayDisputeId: dispute, status: 'lost' },
      });
      const decided = { status: 409, body: { type: '/problems/dispute-decided' } };
      expect(await close(dispute, 'won')).toMatchObject(decided);
      await app.drain();
      const told = (await eventsTaken()).filter(({ type }) => type.startsWith('dispute'));
      expect(told).toEqual([
        { type: 'dispute.closed', times: 1 },
        { type: 'dispute.created', times: 1 },
      ]);
    });

    it('decide nothing that they have never heard of, and for nobody but admins', async () => {
      for (const id of ['mock_dp_none', '%00', 'a%20b']) expect((await close(id)).status).toBe(404);
      expect((await close('mock_dp_none', 'drawn')).status).toBe(422);
      expect((await close('mock_dp_none', 'won', traveller)).status).toBe(403);
    });
  });
});
