import { Transactor } from '@app/database';
import { newId } from '@app/kernel';
import { once } from 'node:events';
import { TestApp } from '../../../../test/support/app.js';
import { MailServer } from '../../../../test/support/mail-server.js';
import { expectOk } from '../../../../test/support/shop.js';
import { MailQueue } from './mail-queue.js';

const SLOW = 'slow@tarpit.test';
const GOOD = 'good@readers.test';

/** Real: a worker with its four slots, PostgreSQL, and a server that takes no notice of mail to one domain, for longer than the test lasts. */
describe('mail to a domain that keeps the line open and says nothing', () => {
  let mail: MailServer;
  let app: TestApp;
  let asked: string[];

  beforeAll(async () => {
    mail = await MailServer.start();
    const patient = mail.url.replace(/\?.*/, '?socketTimeout=120000');
    app = await TestApp.start({ env: { SMTP_URL: patient, WORKER: 'inline' } });
  });
  beforeEach(() => {
    asked = [];
    mail.news.on('reader', (address: string) => asked.push(address));
  });
  afterAll(async () => {
    await mail.stop();
    await app.stop();
  });

  async function register(email: string): Promise<string> {
    const body = { email, password: 'a good password', name: 'Rea Reader' };
    const { user } = expectOk(await app.client().post('/auth/register', body));
    return user.id;
  }

  function write(userId: string, count: number): Promise<number> {
    const facts = { changedAt: app.clock.now().toISOString() };
    const letters = Array.from(
      { length: count },
      () => ({ kind: 'password-changed', sourceId: newId(), aboutId: userId, userId, facts }) as const,
    );
    return app.get(Transactor).run((tx) => app.get(MailQueue).queue(letters, tx));
  }

  /** Until the server is asked to take a letter to this one. */
  async function askedFor(address: string, times = 1): Promise<void> {
    while (asked.filter((one) => one === address).length < times) await once(mail.news, 'reader');
  }

  it('keeps no other letter waiting, however much of it there is', async () => {
    mail.manners.set(SLOW, 'say-nothing');
    await write(await register(SLOW), 100);
    await askedFor(SLOW, 2);
    await register(GOOD);
    await askedFor(GOOD);

    // Those two are still hanging: none was given up to make room.
    expect(asked.filter((one) => one === SLOW)).toHaveLength(2);
    const [row] = await app.query(
      `SELECT count(*)::int AS waiting, max(attempts) AS attempts FROM emails WHERE status = 'queued' AND kind = 'password-changed'`,
    );
    expect(row).toEqual({ waiting: 100, attempts: 1 });
  }, 60_000);
});
