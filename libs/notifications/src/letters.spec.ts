import { Transactor } from '@app/database';
import { WebhookEndpointDisabled } from '@app/events';
import { newId } from '@app/kernel';
import { EventBus } from '@nestjs/cqrs';
import type { Email as Letter } from 'postal-mime';
import { TestApp } from '../../../test/support/app.js';
import { MailServer } from '../../../test/support/mail-server.js';
import { expectOk, Shop } from '../../../test/support/shop.js';

describe('what people are told by e-mail', () => {
  let mail: MailServer;
  let app: TestApp;
  let shop: Shop;
  let open: Awaited<ReturnType<Shop['open']>>;

  beforeAll(async () => {
    mail = await MailServer.start();
    const env = {
      SMTP_URL: mail.url,
      MAIL_FROM: 'Travellr <trips@travellr.example>',
      PUBLIC_URL: 'https://travellr.example/',
    };
    app = await TestApp.start({ env });
    shop = new Shop(app);
    open = await shop.open({ capacity: 50 });
    await app.drain();
  });
  beforeEach(() => mail.clear());
  afterAll(async () => {
    await app.stop();
    await mail.stop();
  });

  /** @returns what has come for this person since the test began, the first first. */
  async function lettersTo(address: string): Promise<Letter[]> {
    await app.drain();
    return mail.letters(address);
  }

  const subjects = (letters: Letter[]) => letters.map(({ subject }) => subject);

  /** A traveller who has confirmed his address, whose letter box is empty. */
  async function traveller(settings: object = {}) {
    const person = await shop.traveller();
    await app.drain();
    mail.clear();
    if (Object.keys(settings).length > 0) expectOk(await person.patch('/users/me', settings));
    return person;
  }

  it('tells a traveller of his booking from the hold to the refund', async () => {
    const person = await traveller();
    const booking = await shop.book(person, open, 2);
    await app.drain();
    await shop.pay(person, booking.id);
    await app.drain();
    expectOk(await person.post(`/bookings/${booking.id}/cancel`));
    const letters = await lettersTo(person.credentials.email);

    expect(subjects(letters)).toEqual([
      'We have received your booking: Sunrise over Machu Picchu',
      'Receipt: $200.00 for Sunrise over Machu Picchu',
      'Booking confirmed: Sunrise over Machu Picchu, Wednesday, January 20, 2027',
      'Booking cancelled: Sunrise over Machu Picchu',
      'Refund of $200.00: Sunrise over Machu Picchu',
    ]);
    for (const { from, to, text, html } of letters) {
      expect(from).toEqual({ name: 'Travellr', address: 'trips@travellr.example' });
      expect(to).toEqual([{ name: 'Tara Traveller', address: person.credentials.email }]);
      for (const said of [text, html]) {
        expect(said).toContain('Hello Tara Traveller,');
        expect(said).toContain(booking.reference);
        expect(said).toContain('Wednesday, January 20, 2027 at 9:00 AM GMT-5');
      }
    }
    const [received, receipt, confirmed, cancelled] = letters;
    expect(received?.text).toContain(
      'We are holding 2 seats for you until Friday, January 1, 2027 at 12:15 AM UTC',
    );
    expect(receipt?.text).toContain('2 adults: $200.00\nPaid: $200.00');
    expect(confirmed?.text).toContain('100% back until Tuesday, January 19, 2027 at 2:00 PM UTC');
    expect(cancelled?.text).toContain('$200.00 is on its way back to you.');
    expect(cancelled?.text).toContain('5 to 10 business days');
  });

  it('puts the trip into the calendar, at the local time of the place', async () => {
    const person = await traveller({ timeZone: 'Asia/Tokyo' });
    const booking = await shop.book(person, open);
    await shop.pay(person, booking.id);
    const letters = await lettersTo(person.credentials.email);
    const { attachments } = letters.find(({ subject }) => subject?.startsWith('Booking confirmed'))!;

    expect(attachments).toHaveLength(1);
    expect(attachments[0]).toMatchObject({ filename: `${booking.reference}.ics`, mimeType: 'text/calendar' });
    const lines = new TextDecoder().decode(attachments[0]!.content as ArrayBuffer).split(/\r?\n/);
    expect(lines).toEqual(
      expect.arrayContaining([
        'METHOD:PUBLISH',
        'BEGIN:VTIMEZONE',
        'TZID:America/Lima',
        `UID:${booking.id}`,
        'DTSTAMP:20270101T000000Z',
        'DTSTART;TZID=America/Lima:20270120T090000',
        'DTEND;TZID=America/Lima:20270120T170000',
        'SUMMARY:Sunrise over Machu Picchu',
        'LOCATION:Cusco',
      ]),
    );
  });

  it('writes to the contact of a booking in the place of its user', async () => {
    const person = await traveller();
    const contact = { name: 'Gus Guest', email: 'gus@guests.test' };
    const items = [{ unitId: open.unitId, quantity: 1 }];
    expectOk(await person.post('/bookings', { departureId: open.departure.id, items, contact }));

    expect(subjects(await lettersTo(person.credentials.email))).toEqual([]);
    expect((await lettersTo('gus@guests.test')).map(({ text }) => text)).toEqual([
      expect.stringContaining('Hello Gus Guest,'),
    ]);
  });

  it('says nothing that a name could smuggle in', async () => {
    const title = 'Peaks & <b>"valleys"</b>\nBcc: everybody@example.com <script>alert(1)</script>';
    const trip = await shop.trip(open.vendor, { title });
    const departure = await shop.departure(open.vendor, trip.id);
    const person = await traveller({ name: 'Win 100 EUR at https://evil.example' });
    await shop.book(person, { departure, unitId: trip.units[0].id });
    const [letter] = await lettersTo(person.credentials.email);

    expect(letter?.bcc).toBeUndefined();
    expect(letter?.subject).toContain('Peaks & <b>"valleys"</b> Bcc: everybody@example.com <script>');
    expect(letter?.html).toContain('Peaks &amp; &lt;b&gt;&quot;valleys&quot;&lt;/b&gt;');
    expect(letter?.html).not.toMatch(/<script|<b>/);
    expect(letter?.html).not.toContain('evil.example');
    expect(letter?.to).toEqual([{ name: '', address: person.credentials.email }]);
    expect(letter?.text).toMatch(/^Hello,$/m);
  });

  it('writes numbers and times as the reader does, and departures in their own zone', async () => {
    const person = await traveller({ locale: 'en-GB', timeZone: 'Asia/Tokyo' });
    const booking = await shop.book(person, open);
    await shop.pay(person, booking.id);
    const letters = await lettersTo(person.credentials.email);
    const { text, html } = letters.find(({ subject }) => subject?.startsWith('Receipt'))!;

    expect(text).toContain('Paid: US$100.00');
    expect(text).toMatch(/Paid on: Friday,? 1 January 2027 at 09:00 GMT\+9/);
    expect(text).toMatch(/When: Wednesday,? 20 January 2027 at 09:00 GMT-5/);
    expect(html).toContain('<html lang="en" dir="ltr">');
  });

  it('falls back on English, as English is written, for a language that nobody has written', async () => {
    const person = await traveller({ locale: 'pt-BR' });
    await shop.book(person, open);

    expect(subjects(await lettersTo(person.credentials.email))).toEqual([
      'We have received your booking: Sunrise over Machu Picchu',
    ]);
  });

  it('says of late money that it goes back', async () => {
    const person = await traveller();
    const booking = await shop.book(person, open);
    const payment = await shop.pay(person, booking.id, 'pm_3ds');
    await app.drain();
    expectOk(await person.post(`/bookings/${booking.id}/cancel`));
    const path = `/mock-gateway/payments/${payment.gatewayPaymentId}/authenticate`;
    expectOk(await person.post(path, { outcome: 'pass' }));
    const letters = await lettersTo(person.credentials.email);

    expect(letters.find(({ subject }) => subject?.startsWith('Receipt'))?.text).toContain(
      '$100.00 of it goes back to you.',
    );
  });

  describe('to those who own a vendor', () => {
    it('tells of approval, suspension and rejection', async () => {
      const admin = await shop.adminClient();
      const owner = await traveller();
      const application = { businessName: 'Fjord & Sons', phone: '+4712345678', country: 'NO' };
      const { id } = expectOk(
        await owner.post('/vendors', { ...application, timeZone: 'Europe/Oslo', defaultCurrency: 'NOK' }),
      );
      expectOk(await admin.post(`/admin/vendors/${id}/reject`, { reason: 'The tax id <is> missing' }));
      expectOk(await owner.patch(`/vendors/${id}`, { taxId: 'NO 123' }));
      expectOk(await admin.post(`/admin/vendors/${id}/approve`));
      expectOk(await admin.post(`/admin/vendors/${id}/suspend`, { reason: 'Complaints' }));
      const letters = await lettersTo(owner.credentials.email);

      expect(subjects(letters)).toEqual([
        'Fjord & Sons is not approved',
        'Fjord & Sons is approved',
        'Fjord & Sons is suspended',
      ]);
      expect(letters[0]?.html).toContain('The tax id &lt;is&gt; missing');
      expect(letters[2]?.text).toContain('Reason: Complaints');
    });

    it('sends a payout notice with its statement', async () => {
      const { vendor, ...offer } = await shop.open();
      const [first, second] = [await traveller(), await traveller()];
      const references = [];
      for (const person of [first, second]) {
        const booking = await shop.book(person, offer);
        await shop.pay(person, booking.id);
        references.push(booking.reference);
      }
      await app.drain();
      app.clock.set('2027-01-20T20:00:00Z');
      for (const { id } of expectOk(await vendor.get(`/vendors/${vendor.vendorId}/bookings`)).data)
        expectOk(await vendor.post(`/bookings/${id}/complete`));
      mail.clear();
      const admin = await shop.adminClient();
      expectOk(await admin.post('/admin/payouts/run', { vendorId: vendor.vendorId, period: 'weekly' }));
      const [notice, ...others] = await lettersTo(vendor.credentials.email);

      expect(others).toEqual([]);
      expect(notice?.subject).toBe('Payout of $160.00 to Andes Tours');
      for (const reference of references)
        expect(notice?.text).toContain(`Booking ${reference} (Wednesday, January 20, 2027): $80.00`);
      expect(notice?.text).toContain('Paid out: $160.00');
      app.clock.set('2027-01-01T00:00:00Z');
    });

    it('tells of a webhook endpoint that was switched off: the platform’s own to its admins', async () => {
      const url = 'https://hooks.example/?a=1&b=2';
      const { vendorId } = open.vendor;
      await app.get(Transactor).run((tx) =>
        app.get(EventBus).publishAll(
          [vendorId, null].map(
            (owner) => new WebhookEndpointDisabled({ endpointId: newId(), vendorId: owner, url }),
          ),
          tx,
        ),
      );

      const [toOwner] = await lettersTo(open.vendor.credentials.email);
      // An answer of 410 ends it at once: nothing may be said of days.
      expect(toOwner?.text).toContain('news of Andes Tours to this address');
      expect(toOwner?.text).toContain('said that it wants no more of them (410 Gone)');
      expect(toOwner?.html).toContain('https://hooks.example/?a=1&amp;b=2');
      expect(subjects(await lettersTo('admin@travellr.test'))).toEqual([
        'A webhook endpoint was switched off',
      ]);
    });
  });

  describe('about an account', () => {
    const tokenIn = (letter: Letter | undefined) => /^Token: (\S+)$/m.exec(letter?.text ?? '')?.[1];

    it('has an address confirmed, once', async () => {
      const person = await shop.traveller();
      const [letter] = await lettersTo(person.credentials.email);
      const token = tokenIn(letter)!;

      expect(letter?.subject).toBe('Confirm your e-mail address');
      expect(letter?.html).toContain(`href="https://travellr.example/verify-email?token=${token}"`);
      expect((await app.client().post('/auth/verify-email', { token })).status).toBe(204);
    });

    it('lets a new password be chosen, and says that it was', async () => {
      const person = await traveller();
      const { email } = person.credentials;
      expectOk(await app.client().post('/auth/forgot-password', { email }));
      const token = tokenIn((await lettersTo(email))[0])!;
      mail.clear();
      const password = 'another good password';
      expect((await app.client().post('/auth/reset-password', { token, password })).status).toBe(204);
      const letters = await lettersTo(email);

      expect(subjects(letters)).toEqual(['Your password was changed']);
      expect(letters[0]?.text).toContain('was changed on Friday, January 1, 2027 at 12:00 AM UTC');
    });

    it('writes to nobody whose account is gone', async () => {
      const person = await shop.traveller();
      expectOk(await person.delete('/users/me'));

      expect(await lettersTo(person.credentials.email)).toEqual([]);
      expect(
        await app.query('SELECT status, last_error FROM emails WHERE user_id = $1', [person.id]),
      ).toEqual([{ status: 'dropped', last_error: 'the account is closed' }]);
    });
  });
});
