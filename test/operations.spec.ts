import { Jobs, Schedules } from '@app/events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestApp } from './support/app.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { eventually } from './support/deployment.js';
import { readMetrics } from './support/metrics.js';
import { Product } from './support/product.js';
import { Shop } from './support/shop.js';

const WITHIN_MS = 60_000;
const DELIVERED = 'travellr_job_duration_seconds_count{lane="deliveries",job="deliver-event",outcome="done"}';

describe('what operators see', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'travellr-operations-'));
  let database: TestDatabase;
  /** Its worker is off. */
  let api: TestApp;
  let shop: Shop;
  let workers: Product[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await TestApp.start({ database });
    shop = new Shop(api);
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
    await api.stop();
    await database.drop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const shown = async (name: string) => (await readMetrics(api.url)).get(name);

  describe('of an API whose worker is off', () => {
    it('is what waits for a worker', async () => {
      await shop.traveller();

      expect(await shown('travellr_outbox_unrelayed_events')).toBe(1);
      expect(await shown('travellr_worker_failing_parts')).toBeUndefined();
      api.clock.advance(90_000);
      expect(await shown('travellr_outbox_oldest_unrelayed_seconds')).toBe(90);
    });

    it('is what ran in it, by lane and outcome', async () => {
      await api.drain();
      await api.get(Schedules).run('expire-holds');

      const metrics = await readMetrics(api.url);
      expect(metrics.get('travellr_outbox_unrelayed_events')).toBe(0);
      expect(metrics.get(DELIVERED)).toBeGreaterThan(0);
      expect(
        metrics.get('travellr_schedule_duration_seconds_count{schedule="expire-holds",outcome="done"}'),
      ).toBe(1);
    });

    it('is what is parked, by handler and lane', async () => {
      await api.query(
        `SELECT graphile_worker.add_job('deliver-event', '{}', job_key => gen_random_uuid() || ':QueueWebhooks', max_attempts => 1)`,
      );
      await api.query('UPDATE graphile_worker._private_jobs SET attempts = max_attempts');

      const metrics = await readMetrics(api.url);
      expect(metrics.get('travellr_event_deliveries_parked{handler="QueueWebhooks"}')).toBe(1);
      expect(metrics.get('travellr_event_deliveries_pending{handler="QueueWebhooks"}')).toBe(0);
      expect(metrics.get('travellr_jobs_parked{lane="deliveries"}')).toBe(1);
      expect(metrics.get('travellr_jobs_parked{lane="mail"}')).toBe(0);
      await api.query('DELETE FROM graphile_worker._private_jobs');
    });

    it('is work of its own where a gateway is called, so that a slow one keeps nothing else waiting', () => {
      const jobs = api.get(Jobs);
      const names = [
        ...jobs.handlers().keys(),
        ...api
          .get(Schedules)
          .all()
          .map(({ name }) => name),
      ];

      expect(names.filter((name) => jobs.laneOf(name) === 'gateway').sort()).toEqual([
        'account-news',
        'cancel-intent',
        'create-payout-account',
        'dispute-news',
        'gateway-news',
        'mock-gateway-webhook',
        'read-open-disputes',
        'reconcile',
        'refund-news',
        'send-refund',
        'start-payout-runs',
        'transfer-news',
      ]);
    });

    it('is the process alone when the database does not tell of the rest', async () => {
      await api.query('ALTER TABLE outbox RENAME TO out_of_reach');
      const metrics = await readMetrics(api.url);
      await api.query('ALTER TABLE out_of_reach RENAME TO outbox');

      expect([...metrics.keys()].filter((name) => name.startsWith('travellr_outbox'))).toEqual([]);
      expect(metrics.get('process_cpu_seconds_total')).toBeGreaterThan(0);
      expect(metrics.get('travellr_database_connections{pool="queries",state="awaited"}')).toBe(0);
    });
  });

  describe('of workers beside it', () => {
    /** Where a worker without WORKER_PORT says that it is. */
    const urlOf = ({ output }: Product) => /ready: (http\S+)\/health\/ready/.exec(output)?.[1];
    const health = async (worker: Product) => {
      const answer = await fetch(`${urlOf(worker)}/health/ready`);
      return { status: answer.status, body: (await answer.json()) as { detail?: string; details?: object } };
    };

    beforeAll(async () => {
      const settings = { DATABASE_URL: database.url, LOG_LEVEL: 'error', WORKER_PORT: '' };
      workers = await Promise.all([1, 2].map(() => Product.start(dataDir, settings, 'worker')));
    }, 300_000);

    it('is their health, on a port of each that nobody had to choose', async () => {
      expect(new Set(workers.map(urlOf)).size).toBe(2);
      for (const worker of workers) {
        expect((await fetch(`${urlOf(worker)}/health/live`)).status).toBe(200);
        const ready = await eventually(
          () => health(worker),
          ({ status }) => status === 200,
          WITHIN_MS,
        );
        expect(ready.body.details).toMatchObject({ database: { status: 'up' }, worker: { status: 'up' } });
      }
    });

    it('is nothing of the API', async () => {
      for (const path of ['/api/v1/trips', '/api/v1/auth/login', '/docs'])
        expect((await fetch(`${urlOf(workers[0]!)}${path}`)).status).toBe(404);
    });

    it('is that they do what the API leaves to them', async () => {
      await shop.traveller();

      const done = await eventually(
        async () => {
          const shown = await Promise.all(workers.map((worker) => readMetrics(urlOf(worker)!)));
          return shown.reduce((sum, metrics) => sum + (metrics.get(DELIVERED) ?? 0), 0);
        },
        (count) => count > 0,
        WITHIN_MS,
      );
      expect(done).toBeGreaterThan(0);
      expect(await shown('travellr_outbox_unrelayed_events')).toBe(0);
    });

    it('is when they cannot work, and that they go on by themselves', async () => {
      const [worker] = workers;
      await api.query('ALTER TABLE outbox RENAME TO out_of_reach');
      const failing = await eventually(
        () => health(worker!),
        ({ status }) => status === 503,
        WITHIN_MS,
      );
      await api.query('ALTER TABLE out_of_reach RENAME TO outbox');
      const well = await eventually(
        () => health(worker!),
        ({ status }) => status === 200,
        WITHIN_MS,
      );

      expect(failing).toMatchObject({ status: 503, body: { detail: 'not ready: worker (relay)' } });
      expect(well.status).toBe(200);
      expect(worker!.output).toContain('the relay failed and will try again');
    });

    it('ends in good order, with nothing held', async () => {
      const [first, second] = workers;
      const codes = await Promise.all([first!.end('SIGTERM'), second!.end('SIGHUP')]); // of a terminal that closes

      expect(codes).toEqual([0, 0]);
      expect(await api.query('SELECT FROM graphile_worker.jobs WHERE locked_by IS NOT NULL')).toEqual([]);
    });
  });
});
