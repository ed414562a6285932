import { TestApp } from './support/app.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { readMetrics } from './support/metrics.js';
import { describeWith } from './support/programs.js';
import { RedisServer, redisServer } from './support/redis-server.js';
import { expectOk, Shop, type Person } from './support/shop.js';

const ERRORS = 'travellr_cache_errors_total{store="redis",operation="read"}';
const LOGINS = 3;

describeWith({ 'redis-server': redisServer })('two processes that share a Redis', () => {
  let redis: RedisServer;
  let database: TestDatabase;
  let apps: TestApp[];
  let tara: Person;

  beforeAll(async () => {
    [redis, database] = await Promise.all([RedisServer.start(), createTestDatabase()]);
    const env = { REDIS_URL: redis.url, RATE_LIMIT: 'on', RATE_LIMIT_LOGIN: String(LOGINS) };
    apps = await Promise.all([1, 2].map(() => TestApp.start({ database, env })));
    tara = await new Shop(apps[0]!).traveller();
  });
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.stop()));
    await redis.stop();
    await database.drop();
  });

  const at = (app: TestApp) => tara.at(`${app.url}/api/v1`);
  const nameAt = async (app: TestApp) => expectOk(await at(app).get(`/users/${tara.id}`)).name as string;
  const health = async (app: TestApp) => (await fetch(`${app.url}/health/ready`)).json() as Promise<any>;

  const well = async () => {
    while (!(await Promise.all(apps.map(health))).every(({ status }) => status === 'ok'));
  };

  it('see at once what one of them changes, and what both have cached is one', async () => {
    const [here, there] = apps as [TestApp, TestApp];
    expect([await nameAt(here), await nameAt(there)]).toEqual(['Tara Traveller', 'Tara Traveller']);
    expectOk(await at(here).patch(`/users/${tara.id}`, { name: 'Tara Changed' }));
    expect([await nameAt(there), await nameAt(here)]).toEqual(['Tara Changed', 'Tara Changed']);

    const metrics = await readMetrics(there.url);
    expect(metrics.get('travellr_cache_reads_total{store="redis",outcome="hit"}')).toBeGreaterThan(0);
    expect(metrics.get(ERRORS)).toBe(0);
  });

  it('serve everyone while it hangs, and do not go by what it held once it is back', async () => {
    const [here, there] = apps as [TestApp, TestApp];
    redis.freeze();
    expectOk(await at(here).patch(`/users/${tara.id}`, { name: 'Tara Meanwhile' }));
    const names = await Promise.all(Array.from({ length: 8 }, () => nameAt(there)));
    expect(new Set(names)).toEqual(new Set(['Tara Meanwhile']));
    expect(await health(there)).toMatchObject({
      status: 'degraded',
      details: { cache: { status: 'degraded' }, database: { status: 'up' } },
    });
    expect((await readMetrics(there.url)).get(ERRORS)).toBeGreaterThan(0);

    redis.thaw();
    await well();
    expect([await nameAt(here), await nameAt(there)]).toEqual(['Tara Meanwhile', 'Tara Meanwhile']);
  });

  it('limit logins together, and each by itself while it hangs: nobody guesses passwords meanwhile', async () => {
    const [here, there] = apps as [TestApp, TestApp];
    const tries = async (app: TestApp, times: number) => {
      const seen = [];
      for (let n = 0; n < times; n++)
        seen.push((await app.client().post('/auth/login', { email: 'guessed@example.com' })).status);
      return seen;
    };
    expect([await tries(here, 2), await tries(there, 2)]).toEqual([
      [422, 422],
      [422, 429],
    ]);

    redis.freeze();
    expect(await tries(here, 3)).toEqual([422, 429, 429]);
    redis.thaw();
    await well();
    expect(await tries(here, 1)).toEqual([429]);
  });
});
