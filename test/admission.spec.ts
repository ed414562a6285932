import { DataSource, type QueryRunner } from 'typeorm';
import { WAITING_PER_CONNECTION } from '../apps/api/src/admission.js';
import { TestApp } from './support/app.js';
import { eventually } from './support/deployment.js';
import { readMetrics } from './support/metrics.js';

const POOL_SIZE = 2;
const FULL = WAITING_PER_CONNECTION * POOL_SIZE;
const WITHIN_MS = 60_000;

describe('when every connection to the database is taken', () => {
  let app: TestApp;
  let held: QueryRunner[];

  beforeAll(async () => {
    app = await TestApp.start({ env: { DATABASE_POOL_SIZE: String(POOL_SIZE) } });
    held = Array.from({ length: POOL_SIZE }, () => app.get(DataSource).createQueryRunner());
    await Promise.all(held.map((runner) => runner.connect()));
  });
  afterAll(() => app.stop());

  it('a queue is kept that is served soon, and whoever comes past its end is told when to come again', async () => {
    const client = app.client();
    const waiting = Array.from({ length: FULL }, (_, n) => client.get(`/trips?limit=5&q=trip${n}`));
    const awaited = async () =>
      (await readMetrics(app.url)).get('travellr_database_connections{pool="queries",state="awaited"}');
    expect(await eventually(awaited, (count) => count === FULL, WITHIN_MS)).toBe(FULL);

    const refused = await client.post('/bookings', '{ not even JSON');
    expect(refused).toMatchObject({ status: 503, body: { type: '/problems/temporarily-unavailable' } });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await fetch(`${app.url}/%61pi/v1/trips`)).status).toBe(503);
    expect((await fetch(`${app.url}/health/live`)).status).toBe(200);
    expect((await readMetrics(app.url)).get('travellr_requests_refused_total')).toBe(2);

    await Promise.all(held.map((runner) => runner.release()));
    expect(new Set((await Promise.all(waiting)).map(({ status }) => status))).toEqual(new Set([200]));
    expect((await client.get('/trips')).status).toBe(200);
  });
});
