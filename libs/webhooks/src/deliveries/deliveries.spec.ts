import { verified } from '../../../../test/support/webhook-receiver.js';
import { WebhookHouse } from '../../../../test/support/webhook-house.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Real: PostgreSQL, the whole product, HTTP between it and the receivers. Not real: time, which passes when it is told to. */
describe('A webhook', () => {
  let house: WebhookHouse;

  beforeAll(async () => {
    house = await WebhookHouse.open();
  });
  afterEach(() => house.clear());
  afterAll(() => house.close());

  const now = () => house.app.clock.now();

  describe('tells', () => {
    it('a vendor of what is his, the platform of everyone, each of what it asked for', async () => {
      const events = ['booking.created', 'payment.processed', 'refund.processed'];
      const his = await house.tell({ events });
      const platforms = await house.tell({ owner: await house.shop.adminClient(), events });
      const neighbours = await house.tell({ owner: await house.shop.vendor(), events });
      const trip = await house.shop.trip(house.vendor);
      const departure = await house.shop.departure(house.vendor, trip.id);
      const traveller = await house.shop.traveller();
      const booking = await house.shop.book(traveller, { departure, unitId: trip.units[0].id });
      await house.shop.pay(traveller, booking.id);
      await house.app.drain();

      expect(his.received.map((one) => verified(one, his.secret, now()))).toEqual([
        {
          type: 'booking.created',
          timestamp: now().toISOString(),
          data: expect.objectContaining({ bookingId: booking.id, vendorId: house.vendor.vendorId }),
        },
        {
          type: 'payment.processed',
          timestamp: now().toISOString(),
          data: expect.objectContaining({
            bookingId: booking.id,
            amount: { amount: 10_000, currency: 'USD' },
          }),
        },
      ]);
      const published = await house.app.query<{ id: string }>(
        'SELECT event_id AS id FROM outbox WHERE aggregate_id = $1 AND name = ANY ($2) ORDER BY sequence',
        [booking.id, events],
      );
      expect(his.ids).toEqual(published.map(({ id }) => id));
      expect(platforms.ids).toEqual(his.ids);
      expect(() => verified(platforms.received[0]!, his.secret, now())).toThrow('No matching signature');
      expect(neighbours.received).toEqual([]);
    });

    it('nobody who is not to be told any more', async () => {
      const his = await house.tell({ events: ['vendor.suspended', 'vendor.approved'] });
      const admin = await house.shop.adminClient();
      await house.change(his, { enabled: false });
      await admin.post(`/admin/vendors/${house.vendor.vendorId}/suspend`, { reason: 'Checking' });
      await house.app.drain();
      await house.change(his, { enabled: true });
      await admin.post(`/admin/vendors/${house.vendor.vendorId}/approve`);
      await house.app.drain();

      expect(his.received.map((one) => verified(one, his.secret, now()).type)).toEqual(['vendor.approved']);
    });

    it('whether an endpoint works, when asked', async () => {
      const target = await house.tell();
      const { status, body } = await house.act(target, 'test');
      await house.app.drain();

      expect([status, body.status]).toEqual([202, 'pending']);
      expect(target.ids).toEqual([body.eventId]);
      expect(verified(target.received[0]!, target.secret, now())).toEqual({
        type: 'webhook_endpoint.test',
        timestamp: now().toISOString(),
        data: { endpointId: target.endpointId },
      });
    });
  });

  describe('that does not arrive', () => {
    it('is tried again within 10 s, signed afresh, with the same id; the log has both', async () => {
      const target = await house.tell();
      target.answer(500);
      await house.queue(target);
      await house.app.drain();
      const [pending] = await house.deliveries(target, '&status=pending');
      const waitMs = Date.parse(pending.nextAttemptAt) - now().getTime();
      expect(waitMs).toBeGreaterThan(2 * SECOND_MS);
      expect(waitMs).toBeLessThan(10 * SECOND_MS);
      target.answer(200);
      await house.pass(waitMs);

      const [first, second] = target.received;
      expect(target.ids).toEqual([pending.eventId, pending.eventId]);
      expect(verified(second!, target.secret, now())).toEqual(verified(first!, target.secret, now()));
      expect(second!.headers['webhook-timestamp']).not.toBe(first!.headers['webhook-timestamp']);
      expect(second!.headers['webhook-signature']).not.toBe(first!.headers['webhook-signature']);
      const attempt = { durationMs: expect.any(Number), error: null };
      expect(await house.deliveries(target, '&status=succeeded')).toMatchObject([
        {
          status: 'succeeded',
          nextAttemptAt: null,
          attempts: [
            { ...attempt, statusCode: 500, answer: '500' },
            { ...attempt, statusCode: 200, answer: '200', at: now().toISOString() },
          ],
        },
      ]);
      expect(await house.deliveries(target, '&status=failed')).toEqual([]);
    });

    it('is given up once its attempts are used up', async () => {
      const target = await house.tell();
      target.answer(302, { location: target.url });
      const [id] = await house.queue(target);
      await house.app.query('UPDATE webhook_deliveries SET attempts = 18 WHERE id = $1', [id]);
      await house.app.drain();
      await house.pass(DAY_MS);
      expect(await house.deliveries(target, '&status=failed')).toMatchObject([
        { id, nextAttemptAt: null, attempts: [{ statusCode: 302, error: 'redirects are not followed' }] },
      ]);
      expect(target.received).toHaveLength(1);
    });

    it('may be sent again by hand, as may one that did', async () => {
      const target = await house.tell();
      target.answer(410);
      const [id] = await house.queue(target);
      await house.app.drain();
      target.answer(200);
      expect(await house.act(target, `deliveries/${id}/retry`)).toMatchObject({
        status: 409,
        body: { type: '/problems/webhook-endpoint-disabled' },
      });

      await house.change(target, { enabled: true });
      for (const sent of [2, 3]) {
        expect(await house.act(target, `deliveries/${id}/retry`)).toMatchObject({
          status: 202,
          body: { id, status: 'pending' },
        });
        await house.app.drain();
        expect(target.received).toHaveLength(sent);
      }
      expect((await house.deliveries(target))[0].attempts).toHaveLength(3);
    });

    it('is not lost with its job', async () => {
      const target = await house.tell();
      await house.queue(target, 3);
      await house.app.query('DELETE FROM graphile_worker._private_jobs');
      expect(await house.upkeep.resume()).toEqual({ resumed: 0 });
      await house.pass(MINUTE_MS);
      expect(await house.upkeep.resume()).toEqual({ resumed: 2 });
      await house.app.drain();
      expect(target.received).toHaveLength(3);
      expect(await house.upkeep.resume()).toEqual({ resumed: 0 });
    });
  });

  describe('is sent by one process', () => {
    it('however many try', async () => {
      const target = await house.tell();
      const [id] = (await house.queue(target)) as [string];
      await Promise.all([house.send(id), house.send(id), house.send(id)]);
      expect(target.received).toHaveLength(1);
      await house.pass(MINUTE_MS);
      expect(target.received).toHaveLength(1);
    });

    it('and by another, when the first has died over it', async () => {
      const target = await house.tell();
      const [id] = await house.queue(target);
      const runsOut = new Date(now().getTime() + 30 * SECOND_MS);
      await house.app.query('UPDATE webhook_deliveries SET claimed_until = $2 WHERE id = $1', [id, runsOut]);
      await house.app.drain();
      expect(target.received).toEqual([]);
      await house.pass(30 * SECOND_MS);
      expect(target.received).toHaveLength(1);
    });
  });

  describe('to a target that is not to be told any more', () => {
    const notices = ({ endpointId }: { endpointId: string }) =>
      house.app.query<{ payload: object }>(
        `SELECT payload FROM outbox WHERE name = 'webhook_endpoint.disabled' AND aggregate_id = $1`,
        [endpointId],
      );

    it('stops with an answer of 410; its owner is told, and what waited goes on when he enables it', async () => {
      const target = await house.tell();
      target.answer(410);
      await house.queue(target, 3);
      await house.app.drain();

      expect(await house.endpoint(target)).toMatchObject({ enabled: false, disabledReason: 'gone' });
      expect(target.received).toHaveLength(1);
      const { vendorId } = house.vendor;
      expect(await notices(target)).toEqual([
        { payload: { endpointId: target.endpointId, vendorId, url: target.url } },
      ]);
      await house.pass(DAY_MS);
      expect(target.received).toHaveLength(1);

      target.answer(200);
      expect(await house.change(target, { enabled: true })).toMatchObject({
        enabled: true,
        disabledReason: null,
      });
      await house.app.drain();
      expect(target.received).toHaveLength(3);
    });

    it('stops after five days without a success; its owner is told once', async () => {
      const target = await house.tell();
      target.answer(500);
      await house.queue(target, 2);
      await house.app.drain();
      await house.pass(5 * DAY_MS - 1);
      expect(await house.endpoint(target)).toMatchObject({ enabled: true, failingSince: expect.any(String) });
      await house.pass(DAY_MS);

      expect(await house.endpoint(target)).toMatchObject({ enabled: false, disabledReason: 'failing' });
      expect(await notices(target)).toHaveLength(1);
    });

    it('is not sent once the endpoint is deleted', async () => {
      const target = await house.tell();
      await house.queue(target, 2);
      await house.vendor.delete(`/webhook-endpoints/${target.endpointId}`);
      await house.app.drain();
      expect(target.received).toEqual([]);
    });
  });

  describe('is replayed', () => {
    it('from a point: what arrived, what failed, and what happened while the endpoint was disabled', async () => {
      const admin = await house.shop.adminClient();
      const neighbour = await house.shop.vendor();
      const suspend = async (vendorId: string) => {
        await admin.post(`/admin/vendors/${vendorId}/suspend`, { reason: 'Checking' });
        await house.app.drain();
        await admin.post(`/admin/vendors/${vendorId}/approve`);
        await house.app.drain();
      };
      const target = await house.tell({ events: ['vendor.suspended'] });
      await suspend(house.vendor.vendorId);
      await house.pass(HOUR_MS);
      const since = now().toISOString();
      await suspend(house.vendor.vendorId);
      await house.change(target, { enabled: false });
      await suspend(house.vendor.vendorId);
      await suspend(neighbour.vendorId);
      // More than a batch of what is none of the endpoint's business.
      await house.app.query(
        `INSERT INTO outbox (event_id, name, version, aggregate_id, payload, occurred_at, relayed_at)
         SELECT gen_random_uuid(), 'user.registered', 1, gen_random_uuid(), '{}', $1, $1 FROM generate_series(1, 600)`,
        [now()],
      );
      await house.change(target, { enabled: true });
      expect(await house.act(target, 'replay', { since })).toMatchObject({ status: 202, body: { since } });
      await house.app.drain();

      const { received, ids } = target;
      expect(received.map(({ body }) => JSON.parse(body).data.vendorId)).toEqual(
        Array.from({ length: 4 }, () => house.vendor.vendorId),
      );
      expect(ids[2] === ids[1] || ids[3] === ids[1]).toBe(true);
      expect(new Set(ids).size).toBe(3);
    });

    it.each([
      ['in the future', 1_000],
      ['more than 30 days ago', -30 * DAY_MS - 1_000],
    ])('not from a point %s', async (_, offsetMs) => {
      const target = await house.tell();
      const since = new Date(now().getTime() + offsetMs).toISOString();
      expect(await house.act(target, 'replay', { since })).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'since' }] },
      });
    });
  });

  it('is not forgotten while it is being sent again, only once nobody has wanted it for 30 days', async () => {
    const target = await house.tell();
    const [id] = await house.queue(target);
    await house.pass(29 * DAY_MS);
    target.answer(500);
    await house.act(target, `deliveries/${id}/retry`);
    await house.pass(DAY_MS + MINUTE_MS);
    expect(await house.upkeep.purge()).toEqual({ deliveries: 0, secrets: 0 });

    await house.change(target, { enabled: false });
    await house.pass(31 * DAY_MS);
    expect(await house.upkeep.purge()).toEqual({ deliveries: 1, secrets: 0 });
  });

  it('is forgotten after 30 days', async () => {
    const target = await house.tell();
    await house.queue(target, 2);
    await house.pass(29 * DAY_MS);
    await house.queue(target, 1);
    expect(await house.upkeep.purge()).toEqual({ deliveries: 0, secrets: 0 });
    await house.pass(DAY_MS + MINUTE_MS);
    expect(await house.upkeep.purge()).toEqual({ deliveries: 2, secrets: 0 });
    expect(await house.deliveries(target)).toHaveLength(1);
  });
});
