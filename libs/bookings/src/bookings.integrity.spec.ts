import { TestApp } from '../../../test/support/app.js';
import { Shop } from '../../../test/support/shop.js';
import { SeatsIntegrity, TotalsIntegrity } from './bookings.integrity.js';

/** Each check is seen to find what it is there to find. */
describe('the integrity of bookings', () => {
  let app: TestApp;
  let booking: { id: string; departureId: string };

  beforeAll(async () => {
    app = await TestApp.start();
    const shop = new Shop(app);
    const offer = await shop.open();
    booking = await shop.book(offer.vendor, offer, 2);
  });
  afterAll(() => app.stop());

  it.each([
    ['seats_held', 'counts 3 held and 0 booked; its bookings have 2 and 0'],
    ['seats_booked', 'counts 2 held and 1 booked; its bookings have 2 and 0'],
  ])('sees seats that no booking has: %s', async (column, violation) => {
    const seats = app.get(SeatsIntegrity);
    expect(await seats.run()).toEqual({ checked: 1, violations: [] });

    await app.query(`UPDATE departures SET ${column} = ${column} + 1`);

    expect((await seats.run()).violations).toEqual([`departure ${booking.departureId} ${violation}`]);
    await app.query(`UPDATE departures SET ${column} = ${column} - 1`);
  });

  it.each([
    ['an amount that is not quantity times price', 'UPDATE booking_items SET quantity = quantity', 1],
    ['a total that is not the sum', 'UPDATE bookings SET total = total', 1],
  ])('sees %s', async (_, statement, difference) => {
    const totals = app.get(TotalsIntegrity);
    expect(await totals.run()).toEqual({ checked: 1, violations: [] });

    await app.query(`${statement} + ${difference}`);

    expect((await totals.run()).violations).toEqual([expect.stringContaining(`booking ${booking.id} costs`)]);
    await app.query(`${statement} - ${difference}`);
  });
});
