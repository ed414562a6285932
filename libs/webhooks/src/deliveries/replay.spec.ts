import { WebhookHouse, type ToldReceiver } from '../../../../test/support/webhook-house.js';
import { ReplayWebhooks, type Replay } from './replay.job.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Replays that take several batches, by workers that are told when to go on. */
describe('Two replays of an endpoint', () => {
  let house: WebhookHouse;
  let target: ToldReceiver;

  beforeAll(async () => {
    house = await WebhookHouse.open();
  });
  beforeEach(async () => {
    target = await house.tell({ events: ['vendor.suspended'] });
    await house.app.query('TRUNCATE outbox CASCADE');
    await publish('vendor.suspended', -6 * DAY_MS);
    await publish('user.registered', 0, 1_200);
  });
  afterEach(() => house.clear());
  afterAll(() => house.close());

  const now = () => house.app.clock.now().getTime();
  const recent = () => new Date(now() - MINUTE_MS).toISOString();
  const longAgo = () => new Date(now() - 7 * DAY_MS).toISOString();

  /** As if it had been relayed already. */
  async function publish(name: string, offsetMs: number, count = 1): Promise<void> {
    await house.app.query(
      `INSERT INTO outbox (event_id, name, version, aggregate_id, payload, occurred_at, relayed_at)
       SELECT gen_random_uuid(), $1, 1, gen_random_uuid(), jsonb_build_object('vendorId', $2::text), $3, $3 FROM generate_series(1, $4)`,
      [name, house.vendor.vendorId, new Date(now() + offsetMs), count],
    );
  }

  const replay = async (since: string) => (await house.act(target, 'replay', { since })).status;

  /** A worker has the job of the replay that was asked for. */
  async function take(): Promise<{ id: string; payload: Replay }> {
    const [job] = await house.app.query<{ id: string; payload: Replay }>(
      `UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'worker', attempts = 1
       WHERE payload ->> 'since' IS NOT NULL RETURNING id, payload`,
    );
    return job!;
  }

  it('both happen when the second is asked for while the first is at work', async () => {
    expect(await replay(recent())).toBe(202);
    const { id, payload } = await take();
    expect(await replay(longAgo())).toBe(202);
    await house.app.get(ReplayWebhooks).run(payload);
    await house.app.query('DELETE FROM graphile_worker._private_jobs WHERE id = $1', [id]);
    await house.app.drain();

    expect(target.received).toHaveLength(1);
  });

  it('both happen when the worker of the first dies after the second was asked for', async () => {
    expect(await replay(longAgo())).toBe(202);
    await take();
    expect(await replay(recent())).toBe(202);
    await house.app.query(`SELECT graphile_worker.force_unlock_workers(ARRAY['worker'])`);
    await house.app.drain();

    expect(target.received).toHaveLength(1);
  });

  it('both happen when neither has begun', async () => {
    expect(await replay(longAgo())).toBe(202);
    expect(await replay(recent())).toBe(202);
    await house.app.drain();

    expect(target.received).toHaveLength(1);
  });

  it('are three at most, until one has ended; those of another are its own affair', async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => house.act(target, 'replay', { since: recent() })),
    );
    const [refused, ...others] = answers.sort((one, other) => other.status - one.status);

    expect(others.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(refused).toMatchObject({
      status: 409,
      body: { type: '/problems/too-many-webhook-replays', limit: 3 },
    });
    expect((await house.act(await house.tell(), 'replay', { since: recent() })).status).toBe(202);
    await house.app.drain();
    expect(await replay(recent())).toBe(202);
  });
});
