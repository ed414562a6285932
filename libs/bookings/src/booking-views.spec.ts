import { CacheService } from '@app/cache';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TestApp } from '../../../test/support/app.js';
import { Shop, type Person } from '../../../test/support/shop.js';
import { root, sourceFiles } from '../../../test/support/sources.js';
import { Archiving } from './archiving.js';
import { HoldExpiry } from './hold-expiry.js';

const YEAR_MS = 366 * 86_400_000;

/** What writes to a booking that is there (`paidRow` is for the statements of payments); one that only makes them has nothing to drop. */
const WRITES = /UPDATE bookings\b|DELETE FROM bookings\b|\.(update|delete|upsert)\(\s*Booking\b|\bpaidRow\(/;
const DROPS = /views\.forget\(|bookings\.written\(/;
/** Text of statements, and a repository whose only caller drops. */
const RUN_ELSEWHERE = new Set([
  'libs/bookings/src/paying-statements.ts',
  'libs/payments/src/payments.repository.ts',
]);

async function forgetful(
  files: readonly string[],
  read: (file: string) => Promise<string>,
): Promise<string[]> {
  const writing = [];
  for (const file of files) {
    const text = await read(file);
    if (WRITES.test(text) && !DROPS.test(text)) writing.push(file);
  }
  return writing;
}

describe('a booking in a cache that all processes share', () => {
  let app: TestApp;
  let shop: Shop;
  let traveller: Person;

  beforeAll(async () => {
    app = await TestApp.start();
    Object.assign(app.get(CacheService), { isShared: true });
    shop = new Shop(app);
    traveller = await shop.traveller();
  });
  afterAll(() => app.stop());

  const read = async (id: string) => (await traveller.get(`/bookings/${id}`)).body;

  it('is read from there, by those alone whom it concerns', async () => {
    const { id } = await shop.book(traveller, await shop.open());
    expect((await read(id)).contact).toBeNull();
    await app.query(
      `UPDATE bookings SET contact = '{"name":"Eve","email":"eve@example.com"}' WHERE id = $1`,
      [id],
    );

    expect((await read(id)).contact).toBeNull();
    expect((await (await shop.traveller()).get(`/bookings/${id}`)).status).toBe(404);
    app.clock.advance(5_000);
    expect((await read(id)).contact).toMatchObject({ name: 'Eve' });
  });

  it('is dropped by whatever writes it', async () => {
    const offer = await shop.open();
    const { id } = await shop.book(traveller, offer);
    await read(id);
    await traveller.patch(`/bookings/${id}`, { items: [{ unitId: offer.unitId, quantity: 2 }] });
    expect(await read(id)).toMatchObject({ seats: 2, items: [{ quantity: 2 }] });
    await traveller.post('/payments', { bookingId: id, paymentMethod: 'pm_ok' });
    expect((await read(id)).status).toBe('confirmed');
    await traveller.post(`/bookings/${id}/cancel`);
    expect((await read(id)).status).toBe('cancelled');

    const { id: lapsing } = await shop.book(traveller, offer);
    await read(lapsing);
    app.clock.advance(16 * 60_000);
    const before = app.clock.now();
    expect((await read(lapsing)).status).toBe('pending');
    await app.get(HoldExpiry).sweep();
    expect((await read(lapsing)).status).toBe('expired');

    app.clock.set(new Date(before.getTime() + YEAR_MS));
    expect((await read(lapsing)).archived).toBe(false);
    await app.get(Archiving).sweep();
    expect((await read(lapsing)).archived).toBe(true);
  });

  it('is dropped wherever one is written', async () => {
    const files = (await sourceFiles('libs', 'apps')).filter(
      (file) => !/\.spec\.ts$|\/migrations\//.test(file) && !RUN_ELSEWHERE.has(file),
    );
    expect(await forgetful(files, (file) => readFile(join(root, file), 'utf8'))).toEqual([]);

    const planted = async () => `await tx.query('UPDATE bookings SET paid = 1')`;
    expect(await forgetful(['planted.ts'], planted)).toEqual(['planted.ts']);
  });
});
