import { Transactor } from '@app/database';
import { Catalogue } from '../../../../test/support/catalogue.js';
import { sellingTrip, type SellingTrip } from '../../../../test/support/trips.js';
import { TripListing } from '../trip-listing.js';
import { Quotes } from './quotes.js';

describe('a quote', () => {
  let catalogue: Catalogue;
  let quotes: Quotes;
  let trip: SellingTrip;
  let departureId: string;

  beforeAll(async () => {
    catalogue = await Catalogue.open();
    quotes = catalogue.get(Quotes);
    trip = await sellingTrip(catalogue);
    departureId = await trip.departure({ capacity: 3 });
  });
  afterAll(() => catalogue.close());

  const version = async () => (await quotes.read(departureId))!.trip.version;

  it('is made from one state of departure, trip and units', async () => {
    expect(await quotes.read(departureId)).toEqual({
      departure: { id: departureId, startsAt: expect.any(Date), endsAt: expect.any(Date) },
      trip: {
        id: trip.id,
        vendorId: trip.vendorId,
        currency: 'USD',
        status: 'published',
        cancellationPolicy: { name: 'flexible', tiers: [{ untilMinutesBefore: 1440, refundBps: 10_000 }] },
        version: expect.any(Number),
      },
      units: [
        {
          id: expect.any(String),
          type: 'adult',
          price: 15_000,
          paxCount: 1,
          minQuantity: null,
          maxQuantity: null,
        },
      ],
    });
    expect(await quotes.read(trip.id)).toBeUndefined();
  });

  it('is remembered until it is renewed; that there is nothing is not', async () => {
    expect(await quotes.recall(departureId)).toMatchObject({ isFresh: true });
    await catalogue.query(`UPDATE trip_units SET price = 16000 WHERE trip_id = $1`, [trip.id]);
    expect(await quotes.recall(departureId)).toMatchObject({
      isFresh: false,
      quote: { units: [{ price: 15_000 }] },
    });
    await quotes.renew(departureId);
    expect(await quotes.recall(departureId)).toMatchObject({
      isFresh: false,
      quote: { units: [{ price: 16_000 }] },
    });

    for (const _ of [1, 2]) expect(await quotes.recall(trip.id)).toEqual({ isFresh: true, quote: undefined });
  });

  describe('has another version after', () => {
    const unit = `(SELECT id FROM trip_units WHERE trip_id = $1 LIMIT 1)`;
    it.each([
      ['any write of the trip', `UPDATE trips SET title = title WHERE id = $1`],
      ['one that names a version', `UPDATE trips SET version = 1 WHERE id = $1`],
      ['any write of a unit', `UPDATE trip_units SET price = price + 1 WHERE id = ${unit}`],
      [
        'one that would have inserted it',
        `INSERT INTO trip_units (id, trip_id, type, price, pax_count) VALUES (${unit}, $1, 'adult', 1, 1)
         ON CONFLICT (id) DO UPDATE SET price = 7`,
      ],
      ['the end of a unit', `DELETE FROM trip_units WHERE id = ${unit}`],
    ])('%s', async (_, statement) => {
      const before = await version();
      await catalogue.query(statement, [trip.id]);
      expect(await version()).toBeGreaterThan(before);
    });

    it('what vendors and their approval do to the trip', async () => {
      const patch = (changes: object) => catalogue.send('PATCH', `/trips/${trip.id}`, trip.owner, changes);
      const changes = [
        () => patch({ units: [{ type: 'adult', price: { amount: 20_000, currency: 'USD' } }] }),
        () => patch({ cancellationPolicy: 'strict' }),
        () =>
          catalogue.get(Transactor).run((tx) => catalogue.get(TripListing).refreshVendor(trip.vendorId, tx)),
        () => catalogue.send('DELETE', `/trips/${trip.id}`, trip.owner),
      ];
      for (const change of changes) {
        const before = await version();
        await change();
        expect(await version()).toBeGreaterThan(before);
      }
    });
  });

  it('is of another trip only if that changed', async () => {
    const other = await sellingTrip(catalogue);
    const before = await version();
    await catalogue.query('UPDATE trip_units SET price = 1 WHERE trip_id = $1', [other.id]);
    expect(await version()).toBe(before);
  });
});
