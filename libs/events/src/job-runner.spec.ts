import { EventEmitter, once } from 'node:events';
import { Injectable, Logger } from '@nestjs/common';
import { directPool, Transactor, type Tx } from '@app/database';
import { newId } from '@app/kernel';
import { EventsHandler } from '@nestjs/cqrs';
import pg from 'pg';
import { eventually } from '../../../test/support/deployment.js';
import { EventsApp, leaveEffect } from '../../../test/support/events-app.js';
import { openPool } from '../../../test/support/pool.js';
import { JobRunner } from './job-runner.js';
import { VendorApproved } from './catalogue.js';
import type { Delivered } from './domain-event.js';
import { Job, Jobs, type JobHandler } from './jobs.js';
import { WorkerLiveness } from './worker-liveness.js';

const WITHIN_MS = 60_000;

const cutConnections = (tx: Tx) =>
  tx.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'travellr-worker'`,
  );

/** The first time it runs it cuts all connections of its worker, so that nobody can say that it is done. */
@Injectable()
@Job('cut')
class Cut implements JobHandler<object> {
  runs = 0;

  constructor(private readonly transactor: Transactor) {}

  async run(): Promise<void> {
    this.runs += 1;
    if (this.runs > 1) return;
    await this.transactor.run(cutConnections);
  }
}

@Injectable()
@Job('count')
class Count implements JobHandler<{ n: number }> {
  readonly seen = new Set<number>();

  run({ n }: { n: number }): Promise<void> {
    this.seen.add(n);
    return Promise.resolve();
  }
}

/** Likewise, at the first event, while the worker has taken many deliveries at once. */
@Injectable()
@EventsHandler(VendorApproved)
class CutAtFirst {
  private cut = false;

  async handle(event: Delivered<VendorApproved>, tx: Tx): Promise<void> {
    await leaveEffect(event, 'CutAtFirst', tx);
    if (this.cut) return;
    this.cut = true;
    await cutConnections(tx);
  }
}

/** Whoever says that a job is done waits while a test holds the lock 7, and is then refused. */
const REFUSE_ENDS = `
  CREATE FUNCTION refuse_ends() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_advisory_xact_lock_shared(7);
    RAISE EXCEPTION 'refused by the test';
  END $$;
  CREATE TRIGGER refuse_ends BEFORE DELETE ON graphile_worker._private_jobs FOR EACH ROW EXECUTE FUNCTION refuse_ends();`;
const ALLOW_ENDS = 'DROP FUNCTION refuse_ends CASCADE';

class EndsHeld {
  private constructor(private readonly client: pg.Client) {}

  static async by(connectionString: string): Promise<EndsHeld> {
    const client = new pg.Client({ connectionString });
    await client.connect();
    await client.query('SELECT pg_advisory_lock(7)');
    return new EndsHeld(client);
  }

  /** Until so many of them wait. @returns how many do. */
  async reach(count: number): Promise<number> {
    const waiting = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 7 AND NOT granted";
    const { rows } = await eventually(
      () => this.client.query(waiting),
      ({ rows }) => rows.length === count,
      WITHIN_MS,
    );
    return rows.length;
  }

  letGo(): Promise<void> {
    return this.client.end();
  }
}

describe('the job runner', () => {
  let app: EventsApp;

  beforeAll(async () => {
    app = await EventsApp.start({ providers: [Cut, Count, CutAtFirst], worker: true });
  });
  afterAll(() => app.stop());

  it('goes on after its connections were cut, and leaves no job behind', async () => {
    const enqueue = (name: string, payload: object) =>
      app.get(Transactor).run((tx) => app.get(Jobs).enqueue(name, payload, tx));
    await enqueue('cut', {});
    for (let n = 0; n < 20; n += 1) await enqueue('count', { n });

    const left = await eventually(
      () => app.query('SELECT FROM graphile_worker.jobs'),
      ({ length }) => length === 0,
      WITHIN_MS,
    );

    expect(left).toEqual([]);
    expect(app.get(Cut).runs).toBeGreaterThan(0);
    expect(app.get(Count).seen.size).toBe(20);
  });

  it('gives a job back that is not done soon after it was told to stop', async () => {
    const bell = new EventEmitter();
    const [begun, finish] = [once(bell, 'begun'), once(bell, 'finish')];
    const stuck = async () => {
      bell.emit('begun');
      await finish;
    };
    const pool = openPool({ connectionString: app.database.url });
    const liveness = new WorkerLiveness(pool, 'unheard', () => undefined);
    const runner = new JobRunner({
      pool,
      liveness,
      tasks: { stuck },
      concurrency: 1,
      finishWithinMs: 10,
      log: new Logger(),
    });
    const jobs = () =>
      app.query("SELECT locked_by FROM graphile_worker.jobs WHERE task_identifier = 'stuck'");
    await app.get(Transactor).run((tx) => app.get(Jobs).enqueue('stuck', {}, tx));
    runner.start();
    await begun;

    await runner.stop();
    await liveness.check();

    expect(await jobs()).toEqual([{ locked_by: null }]);
    bell.emit('finish');
    await eventually(jobs, ({ length }) => length === 0, WITHIN_MS);
    await liveness.stop();
    await pool.end();
  });

  it('is replaced when it could not write down the ends of jobs, one after the other', async () => {
    const bell = new EventEmitter();
    const done: number[] = [];
    const rung = async ({ n }: { n: number }) => {
      const end = once(bell, `end ${n}`);
      bell.emit(`begun ${n}`);
      await end;
      done.push(n);
    };
    const begun = () => Promise.all([1, 2].map((n) => once(bell, `begun ${n}`)));
    const pool = openPool({ connectionString: app.database.url });
    const liveness = new WorkerLiveness(pool, 'unheard', () => undefined);
    const tasks = { rung: (payload: unknown) => rung(payload as { n: number }) };
    const runner = new JobRunner({ pool, liveness, tasks, concurrency: 2, log: new Logger() });
    await app.get(Transactor).run(async (tx) => {
      for (const n of [1, 2]) await app.get(Jobs).enqueue('rung', { n }, tx);
    });
    const first = begun();
    runner.start();
    await first;
    await app.query(REFUSE_ENDS);
    const holder = await EndsHeld.by(app.database.url);
    for (const n of [1, 2]) {
      bell.emit(`end ${n}`);
      expect(await holder.reach(n)).toBe(n);
    }

    const second = begun();
    await holder.letGo();
    await second;
    await app.query(ALLOW_ENDS);
    for (const n of [1, 2]) bell.emit(`end ${n}`);

    const left = await eventually(
      () => app.query("SELECT FROM graphile_worker.jobs WHERE task_identifier = 'rung'"),
      ({ length }) => length === 0,
      WITHIN_MS,
    );
    expect(left).toEqual([]);
    expect(done.sort()).toEqual([1, 1, 2, 2]);
    await runner.stop();
    await liveness.stop();
    await pool.end();
  });

  it('works a batch off in the order of its ids, so that of a lost one it is known what can have begun', async () => {
    const pool = directPool({ url: app.database.url, applicationName: 'batch-spec', max: 5 });
    pool.on('error', () => undefined);
    pool.on('connect', (client) => void client.on('error', () => undefined));
    const liveness = new WorkerLiveness(pool, 'unheard', () => undefined);
    const order: number[] = [];
    const tasks = { batched: async (payload: unknown) => void order.push((payload as { n: number }).n) };
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    await app.get(Transactor).run((tx) =>
      app.get(Jobs).enqueueAll(
        numbers.map((n) => ({ name: 'batched', payload: { n } })),
        tx,
      ),
    );
    await app.query(
      `UPDATE graphile_worker._private_jobs SET run_at = now() - id * interval '1 second'
       WHERE task_id = (SELECT id FROM graphile_worker._private_tasks WHERE identifier = 'batched')`,
    );
    const runner = new JobRunner({
      pool,
      liveness,
      tasks,
      concurrency: 1,
      batchSize: 50,
      log: new Logger(),
    });
    runner.start();

    await eventually(
      async () => order,
      ({ length }) => length === numbers.length,
      WITHIN_MS,
    );

    expect(order).toEqual(numbers);
    await runner.stop();
    await liveness.stop();
    await pool.end();
  });

  it('delivers every event once although the worker lost a batch of deliveries on the way', async () => {
    const events = await app.publish(
      ...Array.from({ length: 100 }, () => new VendorApproved({ vendorId: newId() })),
    );

    const effects = await eventually(
      () => app.effects('CutAtFirst'),
      ({ length }) => length >= events.length,
      WITHIN_MS,
    );

    expect(effects.sort()).toEqual(events.map(({ eventId }) => eventId).sort());
  });
});
