import { Injectable } from '@nestjs/common';
import { Transactor } from '@app/database';
import { eventually } from '../../../test/support/deployment.js';
import { EventsApp } from '../../../test/support/events-app.js';
import { Job, Jobs, type JobHandler } from './jobs.js';

const WITHIN_MS = 15_000;

/** The first time it runs it cuts all connections of its worker, so that nobody can say that it is done. */
@Injectable()
@Job('cut')
class Cut implements JobHandler<object> {
  runs = 0;

  constructor(private readonly transactor: Transactor) {}

  async run(): Promise<void> {
    this.runs += 1;
    if (this.runs > 1) return;
    await this.transactor.run((tx) =>
      tx.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'travellr-worker'`,
      ),
    );
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

describe('the job runner', () => {
  let app: EventsApp;

  beforeAll(async () => {
    app = await EventsApp.start({ providers: [Cut, Count], worker: true });
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
});
