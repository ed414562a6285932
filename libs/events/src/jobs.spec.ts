import { Transactor } from '@app/database';
import { Injectable } from '@nestjs/common';
import { EventsApp } from '../../../test/support/events-app.js';
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

describe('jobs', () => {
  let app: EventsApp;

  beforeAll(async () => {
    app = await EventsApp.start({ providers: [Greet] });
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
