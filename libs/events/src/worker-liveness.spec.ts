import type { Tx } from '@app/database';
import { Transactor } from '@app/database';
import { newId } from '@app/kernel';
import type pg from 'pg';
import { eventually } from '../../../test/support/deployment.js';
import { EventsApp } from '../../../test/support/events-app.js';
import { openPool } from '../../../test/support/pool.js';
import { DELIVER_EVENT } from './event-delivery.js';
import { Jobs } from './jobs.js';
import { OUTBOX_CHANNEL } from './outbox-bell.js';
import { WorkerLiveness } from './worker-liveness.js';

const WITHIN_MS = 60_000;

describe('the liveness of workers', () => {
  let app: EventsApp;
  let pool: pg.Pool;
  const watches: WorkerLiveness[] = [];

  beforeAll(async () => {
    app = await EventsApp.start();
    pool = openPool({ connectionString: app.database.url });
  });
  afterEach(async () => {
    await Promise.all(watches.splice(0).map((watch) => watch.stop()));
    await app.query('DELETE FROM graphile_worker._private_jobs');
  });
  afterAll(async () => {
    await pool.end();
    await app.stop();
  });

  async function watch(
    id: string,
    { onBell = () => undefined as void, deliveriesAtWork = 1 } = {},
  ): Promise<WorkerLiveness> {
    const liveness = new WorkerLiveness(pool, OUTBOX_CHANNEL, onBell, deliveriesAtWork);
    watches.push(liveness);
    liveness.watch(id);
    await liveness.check();
    return liveness;
  }

  const owners = async () =>
    (await app.query<{ locked_by: string | null }>('SELECT locked_by FROM graphile_worker.jobs')).map(
      (job) => job.locked_by,
    );

  /** What holds their locks may take a moment to be gone. */
  const untilAllAreFree = (watch: WorkerLiveness) =>
    eventually(
      async () => {
        await watch.check();
        return (await owners()).filter(Boolean);
      },
      ({ length }) => length === 0,
      WITHIN_MS,
    );

  it('leaves the jobs of a live worker alone, and its own', async () => {
    await watch('pool-live');
    const other = await watch('pool-other');
    await app.lockJobs('pool-live');
    await app.lockJobs('pool-other');

    await other.check();

    expect((await owners()).sort()).toEqual(['pool-live', 'pool-other']);
  });

  it('leaves the jobs alone of one who took them a moment ago, and may not have his lock yet', async () => {
    const other = await watch('pool-other');
    await app.lockJobs('pool-just-begun', '1 minute');

    await other.check();

    expect(await owners()).toEqual(['pool-just-begun']);
  });

  it('returns the jobs of a worker to the queue once it is gone', async () => {
    const dying = await watch('pool-dying');
    const other = await watch('pool-other');
    await app.lockJobs('pool-dying');
    await app.lockJobs('pool-never-seen');

    await other.check();
    expect((await owners()).filter(Boolean)).toEqual(['pool-dying']);
    await dying.stop();
    const freed = await eventually(
      async () => {
        await other.check();
        return owners();
      },
      (found) => found.every((owner) => owner === null),
      WITHIN_MS,
    );

    expect(freed).toEqual([null, null]);
  });

  it('ends what was replaced under a worker that died before it could say so, and parks what died with its last attempt', async () => {
    const dying = await watch('pool-dying');
    const other = await watch('pool-other');
    const enqueue = (key?: string) =>
      app.get(Transactor).run((tx) => app.get(Jobs).enqueue('anything', {}, tx, { key }));
    await enqueue('its key');
    await app.lockAll('pool-dying');
    await enqueue('its key');
    await enqueue();
    await app.query(
      `UPDATE graphile_worker._private_jobs SET locked_by = 'pool-dying', locked_at = now(), attempts = max_attempts
       WHERE key IS NULL AND locked_by IS NULL`,
    );

    await dying.stop();
    await untilAllAreFree(other);

    expect(await app.query('SELECT key, attempts FROM graphile_worker.jobs ORDER BY id')).toEqual([
      { key: 'its key', attempts: 0 },
      { key: null, attempts: 25 },
    ]);
  });

  it('ends what was replaced under it also by somebody whose transaction was older than its lock', async () => {
    const other = await watch('pool-other');
    const replace = (tx: Tx) => app.get(Jobs).enqueue('anything', {}, tx, { key: 'its key' });
    await app.get(Transactor).run(replace);
    await app.get(Transactor).run(async (tx) => {
      await tx.query('SELECT now()');
      await app.query(
        "UPDATE graphile_worker._private_jobs SET locked_by = 'pool-gone', locked_at = now(), attempts = 1",
      );
      await replace(tx);
    });
    await app.query(`SELECT graphile_worker.add_job('by-cron', '{}', 'its queue', job_key => 'a minute')`);
    await app.query(
      `UPDATE graphile_worker._private_jobs SET locked_by = 'pool-gone', locked_at = now() + interval '1 second' WHERE key = 'a minute'`,
    );
    await app.query(`SELECT graphile_worker.add_job('by-cron', '{}', 'its queue', job_key => 'a minute')`);

    await untilAllAreFree(other);

    expect(await app.query('SELECT key, attempts FROM graphile_worker.jobs ORDER BY key')).toEqual([
      { key: 'a minute', attempts: 0 },
      { key: 'its key', attempts: 0 },
    ]);
  });

  it('gives the attempt back to deliveries that had not begun, and lets those that may have wait as after a failure', async () => {
    const other = await watch('pool-other', { deliveriesAtWork: 2 });
    for (const n of [1, 2, 3, 4, 5])
      await app
        .get(Transactor)
        .run((tx) => app.get(Jobs).enqueue(DELIVER_EVENT, {}, tx, { key: `${newId()}:${n}` }));
    await app.lockAll('pool-crashed-again');
    await app.query('UPDATE graphile_worker._private_jobs SET attempts = max_attempts');

    await other.check();

    const jobs = await app.query<{ attempts: number; isLate: boolean }>(
      `SELECT attempts, run_at > now() + interval '1 hour' AS "isLate" FROM graphile_worker.jobs
       WHERE locked_by IS NULL ORDER BY id`,
    );
    expect(jobs.map(({ attempts, isLate }) => [attempts, isLate])).toEqual([
      [25, true],
      [25, true],
      [24, false],
      [24, false],
      [24, false],
    ]);
  });

  it('outlives the loss of its connection', async () => {
    const cut = await watch('pool-cut');
    await app.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()`,
    );
    const other = await watch('pool-other');
    await app.lockJobs('pool-cut');
    await eventually(
      async () => {
        await cut.check();
        return app.query('SELECT FROM pg_locks WHERE locktype = $1 AND granted', ['advisory']);
      },
      ({ length }) => length === 2,
      WITHIN_MS,
    );

    await other.check();

    expect(await owners()).toEqual(['pool-cut']);
  });

  it('hears the bell of another process', async () => {
    let bells = 0;
    await watch('pool-listening', { onBell: () => (bells += 1) as unknown as void });

    await app.query(`NOTIFY ${OUTBOX_CHANNEL}`);

    expect(
      await eventually(
        async () => bells,
        (count) => count > 0,
        WITHIN_MS,
      ),
    ).toBe(1);
  });
});
