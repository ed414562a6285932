import { EventEmitter, once } from 'node:events';
import { Injectable, Logger } from '@nestjs/common';
import { Transactor, type Tx } from '@app/database';
import { newId } from '@app/kernel';
import { EventsHandler } from '@nestjs/cqrs';
import pg from 'pg';
import { eventually } from '../../../test/support/deployment.js';
import { EventsApp, leaveEffect } from '../../../test/support/events-app.js';
import { JobRunner } from './job-runner.js';
import { VendorApproved } from './catalogue.js';
import type { Delivered } from './domain-event.js';
import { Job, Jobs, type JobHandler } from './jobs.js';
import { WorkerLiveness } from './worker-liveness.js';

const WITHIN_MS = 15_000;

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
    const pool = new pg.Pool({ connectionString: app.database.url });
    pool.on('error', () => undefined);
    pool.on('connect', (client) => void client.on('error', () => undefined));
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
