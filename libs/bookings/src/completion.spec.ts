import { newId } from '@app/kernel';
import { Ledger } from '@app/ledger';
import { TestApp } from '../../../test/support/app.js';
import { expectBooksInOrder, Shop, type Person } from '../../../test/support/shop.js';
import { CompletionService } from './completion.service.js';

describe('completing bookings', () => {
  let app: TestApp;
  let shop: Shop;
  let traveller: Person;

  beforeAll(async () => {
    app = await TestApp.start();
    shop = new Shop(app);
    traveller = await shop.traveller();
  });
  afterAll(() => app.stop());
  beforeEach(() => app.clock.set('2027-01-01T00:00:00Z'));
  afterEach(async () => {
    await app.drain();
    await expectBooksInOrder(shop);
  });

  async function confirmed(trip: object = {}) {
    const offer = await shop.open({ trip });
    const booking = await shop.book(traveller, offer);
    if (booking.status === 'pending') await shop.pay(traveller, booking.id);
    return { ...offer, booking, complete: (who: Person) => who.post(`/bookings/${booking.id}/complete`) };
  }
  const completions = async ({ booking }: { booking: { id: string } }) => {
    const [row] = await app.query(
      `SELECT (SELECT count(*)::int FROM outbox WHERE aggregate_id = $1 AND name = 'booking.completed') AS events,
              (SELECT count(*)::int FROM journals WHERE source_id = $1 AND kind = 'booking.released') AS journals`,
      [booking.id],
    );
    return row;
  };

  it('is the vendor’s to say from the start on, and gives him his share once', async () => {
    const sold = await confirmed();
    app.clock.set(new Date(Date.parse(sold.departure.startsAt) - 1));
    expect((await sold.complete(sold.vendor)).body.type).toBe('/problems/departure-not-started');

    app.clock.set(sold.departure.startsAt);
    const answers = await Promise.all([1, 2, 3].map(() => sold.complete(sold.vendor)));

    expect(answers.map(({ status, body }) => [status, body.status])).toEqual(
      [1, 2, 3].map(() => [200, 'completed']),
    );
    expect(await completions(sold)).toEqual({ events: 1, journals: 1 });
    const balance = await sold.vendor.get(`/vendors/${sold.vendor.vendorId}/balance`);
    expect(balance.body.data).toMatchObject([{ pending: 0, available: 8_000 }]);
  });

  it('happens by itself when the departure ends, once whoever sweeps', async () => {
    const sold = [await confirmed(), await confirmed()];
    const pending = await shop.book(traveller, sold[0]!);
    app.clock.set(new Date(Date.parse(sold[0]!.departure.endsAt) - 1));
    await app.get(CompletionService).sweep();
    expect(await completions(sold[0]!)).toEqual({ events: 0, journals: 0 });

    app.clock.advance(1);
    await Promise.all([1, 2, 3].map(() => app.get(CompletionService).sweep()));
    await app.get(CompletionService).sweep();

    for (const each of sold) expect(await completions(each)).toEqual({ events: 1, journals: 1 });
    expect((await traveller.get(`/bookings/${pending.id}`)).body.status).toBe('pending');
  });

  it('moves no money for what was free', async () => {
    const free = await confirmed({ units: [{ type: 'adult', price: { amount: 0, currency: 'USD' } }] });
    app.clock.set(free.departure.endsAt);

    await app.get(CompletionService).sweep();

    expect(await completions(free)).toEqual({ events: 1, journals: 0 });
  });

  it('is not the traveller’s to say, nor a stranger’s; an admin may', async () => {
    const sold = await confirmed();
    const stranger = await shop.traveller();
    app.clock.set(sold.departure.startsAt);

    expect((await sold.complete(traveller)).status).toBe(403);
    expect((await sold.complete(stranger)).status).toBe(404);
    expect((await sold.vendor.post(`/bookings/${newId()}/complete`)).status).toBe(404);
    const admin = await shop.adminClient();
    expect((await admin.post(`/bookings/${sold.booking.id}/complete`)).status).toBe(200);
    expect((await traveller.post(`/bookings/${sold.booking.id}/cancel`)).status).toBe(409);
  });

  it('does not keep others waiting for one that cannot be completed', async () => {
    const [stuck, fine] = [await confirmed(), await confirmed()];
    const { remainingOf } = Ledger.prototype;
    const broken = jest.spyOn(Ledger.prototype, 'remainingOf').mockImplementation(function (
      this: Ledger,
      id,
      tx,
    ) {
      return id === stuck.booking.id
        ? Promise.reject(new Error('out of order'))
        : remainingOf.call(this, id, tx);
    });
    const statusOf = async ({ booking }: { booking: { id: string } }) =>
      (await traveller.get(`/bookings/${booking.id}`)).body.status;

    app.clock.set(fine.departure.endsAt);
    await app.get(CompletionService).sweep();
    expect([await statusOf(stuck), await statusOf(fine)]).toEqual(['confirmed', 'completed']);

    broken.mockRestore();
    await app.get(CompletionService).sweep();
    expect(await statusOf(stuck)).toBe('completed');
  });
});
