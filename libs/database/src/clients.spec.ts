import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { SilentWay } from '../../../test/support/silent-way.js';
import { SturdyClient } from './clients.js';
import { isTransient } from './transient.js';

const ANSWER_WITHIN_MS = 500;

describe('a connection', () => {
  let database: TestDatabase;
  let way: SilentWay;
  let client: SturdyClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    way = await SilentWay.to(database.url);
  });
  afterAll(async () => {
    await way.close();
    await database.drop();
  });
  beforeEach(async () => {
    client = new SturdyClient({ connectionString: way.url, answerWithinMs: ANSWER_WITHIN_MS });
    await client.connect();
  });

  const silence = () => once(client.connection.stream as Socket, 'timeout');
  const one = async () => (await client.query<{ one: number }>('SELECT 1 AS one')).rows[0]?.one;

  it('may be silent while nothing is asked of it', async () => {
    await silence();

    expect(await one()).toBe(1);
    await silence();
    expect(await one()).toBe(1);
    await client.end();
  });

  it('makes no timer for a statement', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();
    const answer = one();

    expect(timers()).toBe(before);
    expect(await answer).toBe(1);
    await client.end();
  });

  it('is given up after 35 seconds, unless told otherwise', async () => {
    const usual = new SturdyClient({ connectionString: way.url });
    await usual.connect();

    expect((usual.connection.stream as Socket).timeout).toBe(35_000);
    await Promise.all([usual.end(), client.end()]);
  });

  it('is given up when it does not say goodbye', async () => {
    way.silence();
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    void client.end();
    await expect(ended).resolves.toBeUndefined();
  });

  it('is given up when it owes an answer, with what waits behind it', async () => {
    await silence();
    way.silence();
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    const failures = await Promise.allSettled([one(), one()]);

    for (const failure of failures)
      expect(failure).toMatchObject({ status: 'rejected', reason: { message: 'Query read timeout' } });
    expect(isTransient((failures[0] as PromiseRejectedResult).reason)).toBe(true);
    await ended;
    await expect(one()).rejects.toThrow('not queryable');
  });
});
