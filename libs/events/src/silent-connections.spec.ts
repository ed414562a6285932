import { Logger } from '@nestjs/common';
import { directPool, Transactor } from '@app/database';
import type pg from 'pg';
import { eventually } from '../../../test/support/deployment.js';
import { EventsApp } from '../../../test/support/events-app.js';
import { SilentWay } from '../../../test/support/silent-way.js';
import { JobRunner } from './job-runner.js';
import { Jobs } from './jobs.js';
import { WorkerLiveness } from './worker-liveness.js';

const WITHIN_MS = 60_000;

/** Packets are swallowed, as by a firewall that has forgotten a connection: no error ever comes. */
describe('connections of a worker that fall silent', () => {
  let app: EventsApp;
  let way: SilentWay;
  let pool: pg.Pool;
  let liveness: WorkerLiveness;

  beforeAll(async () => {
    app = await EventsApp.start();
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    way = await SilentWay.to(app.database.url);
  });
  afterEach(async () => {
    await way.close();
    await liveness.stop();
    await pool.end();
  });

  function open(answerWithinMs?: number): void {
    pool = directPool({ url: way.url, applicationName: 'silent-spec', max: 10, answerWithinMs });
    pool.on('error', () => undefined);
    liveness = new WorkerLiveness(pool, 'unheard', () => undefined);
  }

  it('are given up, and its jobs go on over new ones', async () => {
    open(1_000);
    jest.spyOn(console, 'trace').mockReturnValue(); // graphile-worker's, of the runner that is replaced
    let runs = 0;
    const tasks = { hello: async () => void (runs += 1) };
    const runner = new JobRunner({ pool, liveness, tasks, concurrency: 2, log: new Logger() });
    pool.on('connect', (client) => void client.on('error', () => runner.replace()));
    const greet = () => app.get(Transactor).run((tx) => app.get(Jobs).enqueue('hello', {}, tx));
    const done = (count: number) =>
      eventually(
        async () => runs,
        (runs) => runs >= count,
        WITHIN_MS,
      );
    runner.start();
    await greet();
    await done(1);

    expect(way.silence()).toBeGreaterThan(0);
    await greet();

    expect(await done(2)).toBe(2);
    await runner.stop();
  }, 90_000);

  it('are no health: that the check of the workers has not come to an end is told after ten seconds', async () => {
    open();
    await liveness.check();
    expect(liveness.isSilent).toBe(false);

    way.silence();
    void liveness.check();
    const now = performance.now();
    expect(liveness.isSilent).toBe(false);
    jest.spyOn(performance, 'now').mockReturnValue(now + 10_001);
    expect(liveness.isSilent).toBe(true);
    jest.restoreAllMocks();
  });
});
