import { Transactor } from '@app/database';
import { Jobs, OutboxRelay } from '@app/events';
import { newId } from '@app/kernel';
import { TestApp } from '../../../test/support/app.js';
import type { ApiClient } from '../../../test/support/client.js';
import { expectOk, Shop } from '../../../test/support/shop.js';

const HANDLER = 'RefundCancelledBooking';

describe('events, parked deliveries and parked jobs', () => {
  let app: TestApp;
  let shop: Shop;
  let admin: ApiClient;
  let tara: ApiClient;
  let offer: Awaited<ReturnType<Shop['open']>>;

  beforeAll(async () => {
    app = await TestApp.start();
    shop = new Shop(app);
    admin = await shop.adminClient();
    tara = await shop.traveller();
    offer = await shop.open();
  });
  beforeEach(() => app.drain());
  afterAll(() => app.stop());

  const status = async (answer: ReturnType<ApiClient['post']>) => (await answer).status;

  /** A cancelled booking whose refund could not be arranged, however often it was tried. */
  async function park(): Promise<{ bookingId: string; path: string }> {
    const { id } = await shop.book(tara, offer);
    await shop.pay(tara, id);
    await app.drain();
    expectOk(await tara.post(`/bookings/${id}/cancel`));
    const { data } = expectOk(await admin.get(`/admin/events?name=booking.cancelled&aggregateId=${id}`));
    await app.get(OutboxRelay).relayAll();
    await app.query(
      `UPDATE graphile_worker._private_jobs SET attempts = max_attempts, last_error = 'no' WHERE key = $1`,
      [`${data[0].eventId}:${HANDLER}`],
    );
    await app.drain();
    return { bookingId: id, path: `/admin/events/${data[0].eventId}` };
  }

  const deliveryIn = ({ deliveries }: any) =>
    deliveries.find(({ handler }: { handler: string }) => handler === HANDLER);
  const delivery = async (path: string) => deliveryIn(expectOk(await admin.get(path)));
  const refunded = async (bookingId: string) => {
    await app.drain();
    return expectOk(await tara.get(`/bookings/${bookingId}`)).refunded.amount;
  };

  it('shows one event', async () => {
    const { path, bookingId } = await park();

    expect(expectOk(await admin.get(path))).toMatchObject({
      eventName: 'booking.cancelled',
      aggregateId: bookingId,
      payload: { bookingId },
    });
    expect(await delivery(path)).toEqual({
      handler: HANDLER,
      status: 'parked',
      attempts: 25,
      lastError: 'no',
    });
    expect(await status(admin.get(`/admin/events/${newId()}`))).toBe(404);
    expect(await admin.get('/admin/events/nonsense')).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'eventId' }] },
    });
  });

  it('lists what is parked, page by page', async () => {
    const [first, second] = [await park(), await park()];

    const newest = expectOk(await admin.get('/admin/events/parked?limit=1'));
    const older = expectOk(await admin.get(`/admin/events/parked?limit=1&cursor=${newest.nextCursor}`));
    expect([newest.data[0].aggregateId, older.data[0].aggregateId]).toEqual([
      second.bookingId,
      first.bookingId,
    ]);
    expect(newest.data).toEqual([
      {
        eventId: second.path.split('/').at(-1),
        eventName: 'booking.cancelled',
        aggregateId: second.bookingId,
        handler: HANDLER,
        attempts: 25,
        lastError: 'no',
        parkedAt: expect.any(String),
      },
    ]);
    expect(await admin.get(`/admin/events/parked?cursor=${btoa('["1; DROP"]')}`)).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'cursor' }] },
    });
  });

  it('retries a delivery: the refund is made', async () => {
    const { path, bookingId } = await park();
    expect(await refunded(bookingId)).toBe(0);

    const answer = expectOk(await admin.post(`${path}/deliveries/${HANDLER}/retry`));
    expect(deliveryIn(answer)).toMatchObject({ status: 'pending', attempts: 0 });

    expect(await refunded(bookingId)).toBe(10_000);
    expect(await delivery(path)).toEqual({ handler: HANDLER, status: 'done', attempts: 1 });
    expect(await admin.post(`${path}/deliveries/${HANDLER}/retry`)).toMatchObject({
      status: 409,
      body: { type: '/problems/delivery-not-waiting' },
    });
  });

  it('redelivers an event: the refund is made, and made once', async () => {
    const { path, bookingId } = await park();

    expectOk(await admin.post(`${path}/redeliver`));
    expect(await refunded(bookingId)).toBe(10_000);
    expectOk(await admin.post(`${path}/redeliver`));
    expect(await refunded(bookingId)).toBe(10_000);
    expect(await status(admin.post(`/admin/events/${newId()}/redeliver`))).toBe(404);
  });

  it('skips a delivery, and says who did and why', async () => {
    const { path, bookingId } = await park();
    const skip = `${path}/deliveries/${HANDLER}/skip`;
    expect(await admin.post(skip, {})).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'reason' }] },
    });

    const answer = expectOk(await admin.post(skip, { reason: 'refunded by hand' }));

    expect(deliveryIn(answer)).toEqual({
      handler: HANDLER,
      status: 'skipped',
      attempts: 0,
      skippedBy: expect.any(String),
      skipReason: 'refunded by hand',
    });
    expect(await refunded(bookingId)).toBe(0);
    expect(await status(admin.post(skip, { reason: 'again' }))).toBe(409);
    expect(await status(admin.post(`${path}/deliveries/%00/skip`, { reason: 'no' }))).toBe(404);
  });

  it('lists, retries and discards other jobs', async () => {
    await app.get(Transactor).run((tx) =>
      app.get(Jobs).enqueueAll(
        [1, 2].map((n) => ({ name: 'unknown', payload: { n } })),
        tx,
      ),
    );
    await app.query(`UPDATE graphile_worker._private_jobs SET attempts = max_attempts, last_error = 'no'`);

    const newest = expectOk(await admin.get('/admin/parked-jobs?limit=1'));
    const older = expectOk(await admin.get(`/admin/parked-jobs?limit=1&cursor=${newest.nextCursor}`));
    expect([newest.data[0].payload, older.data[0].payload]).toEqual([{ n: 2 }, { n: 1 }]);
    expect(older).toMatchObject({
      data: [{ name: 'unknown', attempts: 25, lastError: 'no' }],
      nextCursor: null,
    });

    const path = (row: any) => `/admin/parked-jobs/${row.data[0].id}`;
    expect(await status(admin.post(`${path(newest)}/retry`))).toBe(204);
    expect(await status(admin.post(`${path(older)}/discard`))).toBe(204);
    expect(expectOk(await admin.get('/admin/parked-jobs')).data).toEqual([]);
    for (const gone of [
      path(newest),
      path(older),
      '/admin/parked-jobs/nonsense',
      `/admin/parked-jobs/${'9'.repeat(30)}`,
    ])
      expect([
        await status(admin.post(`${gone}/retry`)),
        await status(admin.post(`${gone}/discard`)),
      ]).toEqual([404, 404]);
    await app.query(`DELETE FROM graphile_worker._private_jobs`);
  });

  it.each([
    ['GET', '/admin/events/parked'],
    ['GET', '/admin/parked-jobs'],
    ['POST', '/admin/parked-jobs/1/discard'],
    ['POST', `/admin/events/${newId()}/redeliver`],
  ])('is for admins only: %s %s', async (method, path) => {
    expect((await tara.send(method, path)).status).toBe(403);
  });
});
