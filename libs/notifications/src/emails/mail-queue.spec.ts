import { Transactor } from '@app/database';
import { newId } from '@app/kernel';
import { TestApp } from '../../../../test/support/app.js';
import { MailServer } from '../../../../test/support/mail-server.js';
import { Shop, type Person } from '../../../../test/support/shop.js';
import { EmailUpkeep } from './email-upkeep.js';
import { MailQueue } from './mail-queue.js';

describe('queued mail', () => {
  let mail: MailServer;
  let app: TestApp;
  let ann: Person;

  beforeAll(async () => {
    mail = await MailServer.start();
    app = await TestApp.start({ env: { SMTP_URL: mail.url } });
    ann = await new Shop(app).traveller();
    await app.drain();
  });
  beforeEach(() => mail.clear());
  afterAll(async () => {
    await app.stop();
    await mail.stop();
  });

  function queue(sourceId: string): Promise<number> {
    const facts = { changedAt: app.clock.now().toISOString() };
    const request = { kind: 'password-changed', sourceId, aboutId: ann.id, userId: ann.id, facts } as const;
    return app.get(Transactor).run((tx) => app.get(MailQueue).queue([request], tx));
  }

  const lettersToAnn = () => mail.letters(ann.credentials.email);

  // One in some forty failed on the constraint that was not named.
  it('is one mail of those who queue it at the same moment, and an error to none', async () => {
    for (let round = 0; round < 150; round++) {
      const event = newId();
      const queued = await Promise.all([queue(event), queue(event), queue(event), queue(event)]);
      expect(queued.reduce((sum, count) => sum + count)).toBe(1);
    }
    await app.query('TRUNCATE emails, graphile_worker._private_jobs');
  });

  it('goes out before what was tried already, however long that has been due', async () => {
    const { email } = ann.credentials;
    mail.manners.set(email, { refuse: 451 });
    const [first, second] = [newId(), newId()];
    await queue(first);
    await app.drain();
    mail.manners.clear();
    await app.query(`UPDATE graphile_worker._private_jobs SET run_at = now() - interval '1 hour'`);
    await queue(second);
    await app.drain();

    const order = (await lettersToAnn()).map(({ messageId }) => messageId?.split('.')[1]);
    expect(order).toEqual([second, first]);
  });

  it('goes out though its job was lost, and once though another still waits', async () => {
    await queue(newId());
    await queue(newId());
    await app.query(
      `DELETE FROM graphile_worker._private_jobs WHERE key = (SELECT 'send-email:' || min(id::text) FROM emails WHERE status = 'queued')`,
    );

    expect(await app.get(EmailUpkeep).resume()).toEqual({ resumed: 1 });
    expect(await app.get(EmailUpkeep).resume()).toEqual({ resumed: 0 });
    await app.drain();
    expect(await lettersToAnn()).toHaveLength(2);
    expect(await app.get(EmailUpkeep).resume()).toEqual({ resumed: 0 });
  });
});
