import { TestApp } from '../../../../test/support/app.js';
import { MailServer } from '../../../../test/support/mail-server.js';
import { expectOk, Shop, type Person } from '../../../../test/support/shop.js';
import { Reminders } from './reminders.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe('reminders', () => {
  let mail: MailServer;
  let app: TestApp;
  let shop: Shop;
  let open: Awaited<ReturnType<Shop['open']>>;

  beforeAll(async () => {
    mail = await MailServer.start();
    app = await TestApp.start({ env: { SMTP_URL: mail.url, PUBLIC_URL: 'https://travellr.example' } });
    shop = new Shop(app);
    open = await shop.open({ capacity: 50 });
  });
  beforeEach(() => app.clock.set('2027-01-01T00:00:00Z'));
  afterAll(async () => {
    await app.stop();
    await mail.stop();
  });

  /** As two workers that look at the same time. @returns how many reminders they queued. */
  async function lookTwice(kind: 'remindOfPayments' | 'remindOfTrips'): Promise<number> {
    const reminders = app.get(Reminders);
    const reports = await Promise.all([reminders[kind](), reminders[kind]()]);
    return reports.reduce((sum, { queued = 0 }) => sum + queued, 0);
  }

  /** The reminders that have come. */
  async function remindersTo({ credentials }: Person) {
    await app.drain();
    const letters = await mail.letters(credentials.email);
    return letters.filter(({ messageId }) => messageId?.includes('-reminder.'));
  }

  it('come once before a hold lapses, while nobody pays', async () => {
    const [late, paying, paid] = [await shop.traveller(), await shop.traveller(), await shop.traveller()];
    await shop.book(late, open);
    await shop.pay(paying, (await shop.book(paying, open)).id, 'pm_3ds');
    await shop.pay(paid, (await shop.book(paid, open)).id);

    app.clock.advance(9 * MINUTE_MS);
    expect(await lookTwice('remindOfPayments')).toBe(0);
    app.clock.advance(MINUTE_MS);
    expect(await lookTwice('remindOfPayments')).toBe(1);
    expect(await lookTwice('remindOfPayments')).toBe(0);
    const [reminder, ...others] = await remindersTo(late);
    expect(others).toEqual([]);
    expect(reminder?.subject).toBe('Your seats are about to lapse: Sunrise over Machu Picchu');
    expect(reminder?.text).toContain('until Friday, January 1, 2027 at 12:15 AM UTC');
    expect([...(await remindersTo(paying)), ...(await remindersTo(paid))]).toEqual([]);
  });

  it('are not sent when they are not true any more', async () => {
    const traveller = await shop.traveller();
    const booking = await shop.book(traveller, open);
    app.clock.advance(12 * MINUTE_MS);
    await lookTwice('remindOfPayments');
    await shop.pay(traveller, booking.id);

    expect(await remindersTo(traveller)).toEqual([]);
    expect(
      await app.query(`SELECT status FROM emails WHERE kind = 'payment-reminder' AND about_id = $1`, [
        booking.id,
      ]),
    ).toEqual([{ status: 'dropped' }]);
  });

  it('come once, a day ahead of the trip, to those who booked before', async () => {
    const [early, late, gone] = [await shop.traveller(), await shop.traveller(), await shop.traveller()];
    const departure = await shop.departure(open.vendor, open.trip.id, 10, '2027-02-10T09:00:00');
    const offer = { ...open, departure };
    await shop.pay(early, (await shop.book(early, offer)).id);
    const cancelled = await shop.book(gone, offer);
    await shop.pay(gone, cancelled.id);
    expectOk(await gone.post(`/bookings/${cancelled.id}/cancel`));

    app.clock.set(new Date(Date.parse(departure.startsAt) - 24 * HOUR_MS - 1));
    expect(await lookTwice('remindOfTrips')).toBe(0);
    app.clock.advance(HOUR_MS);
    await shop.pay(late, (await shop.book(late, offer)).id);
    expect(await lookTwice('remindOfTrips')).toBe(1);
    app.clock.advance(HOUR_MS);
    expect(await lookTwice('remindOfTrips')).toBe(0);
    const [reminder] = await remindersTo(early);
    expect(reminder?.subject).toBe(
      'It is almost time: Sunrise over Machu Picchu, Wednesday, February 10, 2027',
    );
    expect([...(await remindersTo(late)), ...(await remindersTo(gone))]).toEqual([]);
  });

  describe('that nobody wants', () => {
    it('do not come, but receipts do', async () => {
      const traveller = await shop.traveller();
      expectOk(await traveller.patch('/users/me', { reminders: false }));
      const booking = await shop.book(traveller, open);
      app.clock.advance(12 * MINUTE_MS);

      expect(await lookTwice('remindOfPayments')).toBe(0);
      await shop.pay(traveller, booking.id);
      await app.drain();
      expect((await mail.letters(traveller.credentials.email)).map(({ subject }) => subject)).toContain(
        'Receipt: $100.00 for Sunrise over Machu Picchu',
      );
    });

    it('stop at one click, without signing in (RFC 8058)', async () => {
      const traveller = await shop.traveller();
      await shop.book(traveller, open);
      app.clock.advance(12 * MINUTE_MS);
      await lookTwice('remindOfPayments');
      const [reminder] = await remindersTo(traveller);
      const header = (name: string) => reminder?.headers.find(({ key }) => key === name)?.value;
      const [, url = ''] = /^<(.*)>$/.exec(header('list-unsubscribe') ?? '') ?? [];
      const path = url.replace('https://travellr.example/api/v1', '');
      const wants = async () => expectOk(await traveller.get('/users/me')).reminders;

      expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
      expect(path).toMatch(/^\/unsubscribe\?token=/);
      expect(reminder?.html).toContain(url);
      const page = await app.client().get(path);
      expect(page.headers.get('content-type')).toContain('text/html');
      expect(page.body).toContain('<form method="post">');
      expect(await wants()).toBe(true);
      for (const _ of ['once', 'again']) {
        const done = await app.client().send('POST', path, 'List-Unsubscribe=One-Click', FORM);
        expect([done.status, done.body]).toEqual([200, expect.stringContaining('no more reminders')]);
      }
      expect(await wants()).toBe(false);
    });

    it('do not stop for a token that is not ours', async () => {
      const forged = await app.client().send('POST', '/unsubscribe?token=eyJhbGciOiJub25lIn0.e30.', '', FORM);
      const missing = await app.client().post('/unsubscribe');

      expect([forged.status, forged.body.type]).toEqual([422, '/problems/invalid-token']);
      expect([missing.status, missing.body.type]).toEqual([422, '/problems/invalid-request']);
    });

    it('take no form anywhere else', async () => {
      const answer = await app.client().send('POST', '/auth/login', 'email=a', FORM);

      expect([answer.status, answer.body.type]).toEqual([400, '/problems/malformed-request']);
    });
  });

  it('are the only mail that offers to stop', async () => {
    const [{ count }] = (await app.query(
      `SELECT count(*)::int FROM emails WHERE kind LIKE '%reminder' AND status = 'sent'`,
    )) as [{ count: number }];
    const withLink = (await mail.letters()).filter(({ headers }) =>
      headers.some(({ key }) => key === 'list-unsubscribe'),
    );

    expect(withLink).toHaveLength(count);
  });
});
