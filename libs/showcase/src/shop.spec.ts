import { TestApp } from '../../../test/support/app.js';
import { expectBooksInOrder, Shop as Marketplace } from '../../../test/support/shop.js';
import { Shop, type Stage } from './shop.js';

const SIZE = { trips: 12, bookings: 60 };

describe('the example shop', () => {
  let app: TestApp;
  let present: Date;

  beforeAll(async () => {
    app = await TestApp.start();
    present = app.clock.now();
  });
  afterAll(() => app.stop());

  const fill = (size = SIZE, onProgress: (stage: Stage) => void = () => undefined) =>
    new Shop(app.nest, app.clock, present).fill(size, onProgress);

  const tables = [
    'users',
    'vendors',
    'trips',
    'departures',
    'bookings',
    'payments',
    'journals',
    'payouts',
    'outbox',
  ];
  const counts = () =>
    app.query(`SELECT ${tables.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`).join(', ')}`);

  it('has what was asked for, in every status, with its books in order', async () => {
    const stages = new Set<Stage>();
    const { there, now } = await fill(SIZE, (stage) => stages.add(stage));

    expect(there).toEqual({ trips: 0, departures: 0, bookings: 0 });
    expect(now).toMatchObject(SIZE);
    expect(now.departures).toBeGreaterThan(12 * 20);
    expect([...stages]).toEqual(['people', 'trips', 'bookings']);
    expect(app.clock.now()).toEqual(present);
    const statuses = await app.query<{ status: string }>('SELECT DISTINCT status FROM bookings ORDER BY 1');
    expect(statuses.map(({ status }) => status)).toEqual([
      'cancelled',
      'completed',
      'confirmed',
      'expired',
      'pending',
    ]);
    expect(await app.query('SELECT DISTINCT status FROM payouts')).toEqual([{ status: 'paid' }]);
    expect(await app.query('SELECT id FROM emails')).toEqual([]);
    await expectBooksInOrder(new Marketplace(app));
  });

  it('adds nothing the second time', async () => {
    const before = await counts();
    const { there, now } = await fill();

    expect(now).toEqual(there);
    expect(await counts()).toEqual(before);
  });

  it('adds only the rest when it is to be larger', async () => {
    const { there, now } = await fill({ trips: 50, bookings: 80 });

    expect(there).toMatchObject(SIZE);
    expect(now).toMatchObject({ trips: 50, bookings: 80 });
    await expectBooksInOrder(new Marketplace(app));
  });
});
