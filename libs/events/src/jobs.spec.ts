import { Transactor } from '@app/database';
import { Injectable } from '@nestjs/common';
import { EventsApp } from '../../../test/support/events-app.js';
import { JobRuns, type JobRun } from './job-runs.js';
import { Job, Jobs, type JobHandler, type JobRequest } from './jobs.js';

@Injectable()
@Job('greet')
class Greet implements JobHandler<{ name: string }> {
  static readonly greeted: string[] = [];
  static failures = 0;

  async run({ name }: { name: string }): Promise<void> {
    if (Greet.failures-- > 0) throw new Error('hoarse');
    Greet.greeted.push(name);
  }
}

@Injectable()
@Job('greet')
class GreetAgain extends Greet {}

/** Comes back later, in its own place. */
@Injectable()
@Job('put-off')
class PutOff implements JobHandler<{ becauseOf: 'a lost lock' | 'a failure' }> {
  constructor(
    private readonly transactor: Transactor,
    private readonly jobs: Jobs,
  ) {}

  async run({ becauseOf }: { becauseOf: string }): Promise<void> {
    // As when its worker is taken for dead.
    if (becauseOf === 'a lost lock')
      await this.transactor.run((tx) =>
        tx.query(
          `SELECT graphile_worker.force_unlock_workers(ARRAY(SELECT locked_by FROM graphile_worker.jobs WHERE key = 'put-off'))`,
        ),
      );
    await this.transactor.run((tx) =>
      this.jobs.enqueue('put-off', {}, tx, { key: 'put-off', delayMs: 60_000 }),
    );
    if (becauseOf === 'a failure') throw new Error('not now');
  }
}

describe('jobs', () => {
  let app: EventsApp;

  beforeAll(async () => {
    app = await EventsApp.start({ providers: [Greet, PutOff] });
  });
  afterAll(() => app.stop());
  beforeEach(() => {
    Greet.greeted.length = 0;
    Greet.failures = 0;
  });

  const enqueue = (...requests: JobRequest[]) =>
    app.get(Transactor).run((tx) => app.get(Jobs).enqueueAll(requests, tx));
  const greet = (name: string, options: Partial<JobRequest> = {}) => ({
    name: 'greet',
    payload: { name },
    ...options,
  });
  const waiting = async () =>
    (
      await app.query<{ name: string }>(`SELECT payload->>'name' AS name FROM graphile_worker._private_jobs`)
    ).map(({ name }) => name);

  it('run once their transaction has committed', async () => {
    await enqueue(greet('Ada'), greet('Grace'));
    await enqueue();
    await app.work();

    expect(Greet.greeted.sort()).toEqual(['Ada', 'Grace']);
  });

  it('are not there when it rolls back', async () => {
    const refused = app.get(Transactor).run(async (tx) => {
      await app.get(Jobs).enqueue('greet', { name: 'Ada' }, tx);
      throw new Error('no');
    });

    await expect(refused).rejects.toThrow('no');
    expect(await waiting()).toEqual([]);
  });

  it('replace a waiting one of the same key', async () => {
    await enqueue(greet('Ada', { key: 'one' }));
    await enqueue(greet('Grace', { key: 'one' }));

    expect(await waiting()).toEqual(['Grace']);
    await app.work();
    expect(Greet.greeted).toEqual(['Grace']);
  });

  it.each([
    ['are not lost, should they have gone back to the queue meanwhile', 'a lost lock'],
    ['and fail leave nothing behind that looks parked', 'a failure'],
  ])('that replace themselves %s', async (_, becauseOf) => {
    await enqueue({ name: 'put-off', payload: { becauseOf }, key: 'put-off' });

    await app.work();

    expect(await app.query('SELECT key, attempts FROM graphile_worker.jobs')).toEqual([
      { key: 'put-off', attempts: 0 },
    ]);
    await app.query('DELETE FROM graphile_worker._private_jobs');
  });

  it('wait for as long as they are told to', async () => {
    await enqueue(greet('Ada', { delayMs: 60_000 }));
    const [{ seconds }] = (await app.query(
      'SELECT extract(epoch FROM run_at - now())::int AS seconds FROM graphile_worker.jobs',
    )) as [{ seconds: number }];

    expect(seconds).toBeGreaterThan(50);
    expect(seconds).toBeLessThanOrEqual(60);
    await app.work();
  });

  it('run again after a failure', async () => {
    Greet.failures = 1;
    await enqueue(greet('Ada'));

    await app.work();
    expect(Greet.greeted).toEqual([]);
    await app.work();
    expect(Greet.greeted).toEqual(['Ada']);
  });

  it('come back after a failure later by chance, so that those that failed together do not', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(1);
    Greet.failures = 1;
    await enqueue(greet('Ada'));
    await app.work();
    jest.restoreAllMocks();

    const [{ seconds }] = (await app.query(
      'SELECT extract(epoch FROM run_at - updated_at)::float AS seconds FROM graphile_worker.jobs',
    )) as [{ seconds: number }];
    expect(seconds).toBeGreaterThanOrEqual(Math.E * 1.5 - 0.001);
    await app.work();
  });

  it('tell how each attempt went', async () => {
    const runs: JobRun[] = [];
    const listening = app.get(JobRuns).ended.subscribe((run) => runs.push(run));
    Greet.failures = 2;
    await enqueue(greet('Ada'));

    await app.work();
    await app.query('UPDATE graphile_worker._private_jobs SET attempts = max_attempts - 1');
    await app.work();
    await app.query('UPDATE graphile_worker._private_jobs SET attempts = 0');
    await app.work();

    listening.unsubscribe();
    expect(runs).toEqual(
      ['failed', 'parked', 'done'].map((outcome) => ({
        name: 'greet',
        lane: 'work',
        outcome,
        durationMs: expect.any(Number),
      })),
    );
  });
});

describe('two handlers of one job', () => {
  it('are refused', async () => {
    const app = await EventsApp.start({ providers: [Greet, GreetAgain] });

    expect(() => app.get(Jobs).handlers()).toThrow('two handlers for the job greet');
    await app.stop();
    await expect(EventsApp.start({ providers: [Greet, GreetAgain], worker: true })).rejects.toThrow(
      'two handlers',
    );
  });
});
