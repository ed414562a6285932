import { loadConfig } from '@app/config';
import { Transactor } from '@app/database';
import { newId } from '@app/kernel';
import { Logger } from '@nestjs/common';
import { once } from 'node:events';
import { TestApp } from '../../../test/support/app.js';
import type { ApiClient } from '../../../test/support/client.js';
import { MailServer } from '../../../test/support/mail-server.js';
import { expectOk, Shop, type Person } from '../../../test/support/shop.js';
import { EmailUpkeep } from './emails/email-upkeep.js';
import { EmailsRepository } from './emails/emails.repository.js';
import { MailQueue } from './emails/mail-queue.js';
import { LEASE_MS, MAX_ATTEMPTS, SendEmail } from './emails/send-email.job.js';
import { MailRefused } from './mailer/mailer.js';
import { SmtpMailer } from './mailer/smtp-mailer.js';

const SENDER = 'trips@travellr.example';

interface Row {
  id: string;
  status: string;
  attempts: number;
  lastError: string | null;
  messageId: string;
  to: string | null;
}

describe('sending mail', () => {
  let mail: MailServer;
  let app: TestApp;
  let shop: Shop;
  let admin: ApiClient;
  let ann: Person;
  let bob: Person;

  beforeAll(async () => {
    mail = await MailServer.start();
    app = await TestApp.start({ env: { SMTP_URL: mail.url, MAIL_FROM: `Travellr <${SENDER}>` } });
    shop = new Shop(app);
    admin = await shop.adminClient();
    ann = await shop.traveller();
    bob = await shop.traveller();
    await app.drain();
  });
  beforeEach(() => mail.clear());
  afterEach(() => jest.restoreAllMocks());
  afterAll(async () => {
    await app.stop();
    await mail.stop();
  });

  /** Mail to each, for a reason of its own or a given one. */
  async function write(people: Person[], sourceId = newId()): Promise<number> {
    const facts = { changedAt: app.clock.now().toISOString() };
    const requests = people.map(
      ({ id }) => ({ kind: 'password-changed', sourceId, aboutId: id, userId: id, facts }) as const,
    );
    return app.get(Transactor).run((tx) => app.get(MailQueue).queue(requests, tx));
  }

  /** The newest mail to this person, as admins see it. */
  async function latest(person: Person): Promise<Row> {
    return expectOk(await admin.get(`/admin/emails?userId=${person.id}&limit=1`)).data[0];
  }

  const mailTo = (person: Person) => mail.letters(person.credentials.email);

  /** As if the time had gone by for which jobs wait. */
  async function drainLate(): Promise<void> {
    await app.query('UPDATE graphile_worker._private_jobs SET run_at = now() WHERE run_at > now()');
    await app.drain();
  }

  it('reaches each reader once, however often it is queued', async () => {
    const event = newId();

    expect(await write([ann, bob], event)).toBe(2);
    expect(await write([ann, bob], event)).toBe(0);
    await app.drain();
    await drainLate();
    expect(await mailTo(ann)).toHaveLength(1);
    expect(await mailTo(bob)).toHaveLength(1);
    const { status, messageId, to } = await latest(ann);
    expect({ status, messageId, to }).toEqual({
      status: 'sent',
      messageId: `<password-changed.${event}.${ann.id}@travellr.example>`,
      to: ann.credentials.email,
    });
    expect((await mailTo(ann))[0]?.messageId).toBe(messageId);
    expect((await mailTo(ann))[0]?.headers).toContainEqual(
      expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
    );
  });

  it.each([
    ['refuses for now', { refuse: 451 }],
    ['hangs up', 'hang-up'],
    ['says nothing', 'say-nothing'],
  ] as const)('loses nothing, and holds up nobody else, when the server %s', async (_, manner) => {
    mail.manners.set(ann.credentials.email, manner);
    await write([ann, bob]);
    await app.drain();

    expect(await latest(ann)).toMatchObject({ status: 'queued', attempts: 1, lastError: expect.any(String) });
    expect(await mailTo(bob)).toHaveLength(1);

    mail.manners.clear();
    await drainLate();
    await drainLate();
    expect(await latest(ann)).toMatchObject({ status: 'sent', attempts: 2, lastError: null });
    expect(await mailTo(ann)).toHaveLength(1);
  });

  it.each([
    ['of our address', () => SENDER, { refuse: 550 }],
    ['of a setting', () => ann.credentials.email, { refuse: 554, because: '5.7.1 Relay access denied' }],
    ['that we do not sign in', () => ann.credentials.email, { refuse: 530 }],
  ])(
    'tries again when it is us whom the server refuses, because %s: somebody will mend that',
    async (_, whom, manner) => {
      mail.manners.set(whom(), manner);
      await write([ann]);
      await app.drain();

      expect((await latest(ann)).status).toBe('queued');
      mail.manners.clear();
      await drainLate();
      expect((await latest(ann)).status).toBe('sent');
    },
  );

  it('says in the log why it could not be sent, but not to whom', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const { email } = ann.credentials;
    mail.manners.set(email, { refuse: 451, because: `4.2.0 <${email}>: come back later` });
    await write([ann]);
    await app.drain();

    expect((await latest(ann)).lastError).toContain(email);
    const said = JSON.stringify(warn.mock.calls);
    expect(said).toContain('come back later');
    expect(said).not.toContain(email);
    mail.manners.clear();
    await drainLate();
  });

  it('gives up on a reader whom the server does not know, until an admin has it sent again', async () => {
    mail.manners.set(ann.credentials.email, { refuse: 550 });
    await write([ann]);
    await app.drain();
    await drainLate();
    const failed = await latest(ann);

    expect(failed).toMatchObject({
      status: 'failed',
      attempts: 1,
      lastError: expect.stringContaining('550'),
    });
    expect(expectOk(await admin.get('/admin/emails?status=failed')).data).toEqual([failed]);

    mail.manners.clear();
    expectOk(await admin.post(`/admin/emails/${failed.id}/resend`));
    await app.drain();
    expect(await latest(ann)).toMatchObject({ status: 'sent', messageId: failed.messageId });
  });

  it('gives up after days', async () => {
    mail.manners.set(ann.credentials.email, { refuse: 451 });
    await write([ann]);
    const { id } = await latest(ann);
    await app.query('UPDATE emails SET attempts = $2 WHERE id = $1', [id, MAX_ATTEMPTS - 1]);
    await app.drain();
    await drainLate();

    expect(await latest(ann)).toMatchObject({ status: 'failed', attempts: MAX_ATTEMPTS });
  });

  it('repeats a mail that was sent as another message, which no mail program takes for the first', async () => {
    await write([ann]);
    await app.drain();
    const { id, messageId } = await latest(ann);
    expectOk(await admin.post(`/admin/emails/${id}/resend`));
    await app.drain();

    const [first, second] = await mailTo(ann);
    expect(first?.messageId).toBe(messageId);
    expect(second?.messageId).toBe(messageId.replace('@', '.2@'));
    expect((await admin.post(`/admin/emails/${newId()}/resend`)).status).toBe(404);
  });

  it('is sent once by two workers that have the same job', async () => {
    await write([ann]);
    const { id } = await latest(ann);
    await Promise.all([1, 2, 3].map(() => app.get(SendEmail).run({ emailId: id })));
    await drainLate();

    expect(await mailTo(ann)).toHaveLength(1);
    expect(await latest(ann)).toMatchObject({ status: 'sent', attempts: 1 });
  });

  /** The one case in which it goes out twice. */
  it('carries the same Message-ID again when a worker died before it could say that it was sent', async () => {
    jest.spyOn(app.get(EmailsRepository), 'settle').mockRejectedValueOnce(new Error('killed'));
    await write([ann]);
    await app.drain();
    expect(await latest(ann)).toMatchObject({ status: 'queued', attempts: 1 });
    // The dead worker might still be sending: nobody else does until its time is over.
    await drainLate();
    expect(await mailTo(ann)).toHaveLength(1);

    app.clock.advance(LEASE_MS);
    await drainLate();
    await drainLate();
    const ids = (await mailTo(ann)).map(({ messageId }) => messageId);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    expect(await latest(ann)).toMatchObject({ status: 'sent', attempts: 2 });
  });

  it('does not let an attempt that was overtaken have the last word', async () => {
    await write([ann]);
    const { id } = await latest(ann);
    const emails = app.get(EmailsRepository);
    const slow = (await emails.claim(id, LEASE_MS))!;
    expect(await emails.claim(id, LEASE_MS)).toBeNull();
    app.clock.advance(LEASE_MS);
    await app.get(SendEmail).run({ emailId: id });

    expect(await emails.settle(slow, { status: 'failed', lastError: 'too late' })).toBe(false);
    expect(await latest(ann)).toMatchObject({ status: 'sent', lastError: null });
    await app.drain();
  });

  it('shows admins what was written, page by page', async () => {
    const all = expectOk(await admin.get('/admin/emails?limit=100')).data;
    const first = expectOk(await admin.get('/admin/emails?limit=2'));
    const second = expectOk(await admin.get(`/admin/emails?limit=2&cursor=${first.nextCursor}`));

    expect([...first.data, ...second.data]).toEqual(all.slice(0, 4));
    expect(expectOk(await admin.get('/admin/emails?kind=verify-email')).data).toHaveLength(2);
    expect(expectOk(await admin.get(`/admin/emails?aboutId=${bob.id}&status=sent`)).data[0]).toMatchObject({
      about: 'user',
      to: bob.credentials.email,
    });
  });

  it('keeps no address of somebody whose account is deleted', async () => {
    const gone = await shop.traveller();
    await app.drain();
    mail.manners.set(gone.credentials.email, { refuse: 550, because: `<${gone.credentials.email}> unknown` });
    await write([gone]);
    await app.drain();
    expectOk(await gone.delete('/users/me'));

    expect(await app.get(EmailUpkeep).purge()).toEqual({ purged: 0, anonymised: 2 });
    const rows = await app.query('SELECT * FROM emails WHERE user_id = $1', [gone.id]);
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toContain(gone.credentials.email);
    expect((await latest(ann)).to).toBe(ann.credentials.email);
    expect(await app.get(EmailUpkeep).purge()).toEqual({ purged: 0, anonymised: 0 });
  });

  it('is forgotten after 90 days, once it is settled', async () => {
    mail.manners.set(bob.credentials.email, { refuse: 451 });
    await write([ann, bob]);
    await app.drain();
    app.clock.advance(91 * 86_400_000);

    const [{ settled }] = (await app.query<{ settled: number }>(
      `SELECT count(*)::int AS settled FROM emails WHERE status <> 'queued'`,
    )) as [{ settled: number }];
    expect(await app.get(EmailUpkeep).purge()).toEqual({ purged: settled, anonymised: 0 });
    expect(await app.query('SELECT user_id, status FROM emails')).toEqual([
      { user_id: bob.id, status: 'queued' },
    ]);
  });

  describe('over SMTP', () => {
    const letter = {
      messageId: '<1@travellr.example>',
      to: { name: '', address: 'slow@readers.test' },
      subject: 'Hello',
      text: 'Hello',
      html: '<p>Hello</p>',
      language: 'en',
    };
    const config = loadConfig({ MAIL_FROM: SENDER });

    it('ends an attempt when it is told to, whatever the server is doing', async () => {
      const mailer = new SmtpMailer(mail.url.replace(/\?.*/, ''), config);
      mail.manners.set('slow@readers.test', 'say-nothing');
      const asked = once(mail.news, 'reader');
      const limit = new AbortController();
      const outcome = mailer.send(letter, limit.signal).catch((error: unknown) => error);
      await asked;
      limit.abort();

      expect(await outcome).toMatchObject({ code: 'EABORT' });
      expect(await outcome).not.toBeInstanceOf(MailRefused);
      mailer.onApplicationShutdown();
    });

    it('does not take a server that is not there for a refusal', async () => {
      const mailer = new SmtpMailer('smtp://127.0.0.1:1', config);
      const error = await mailer.send(letter, AbortSignal.timeout(30_000)).catch((error: unknown) => error);

      expect(error).toMatchObject({ code: 'ESOCKET' });
      expect(error).not.toBeInstanceOf(MailRefused);
      mailer.onApplicationShutdown();
    });
  });
});
