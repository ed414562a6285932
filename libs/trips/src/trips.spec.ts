import { Transactor } from '@app/database';
import { newId } from '@app/kernel';
import { Vendors } from '@app/vendors';
import { Catalogue } from '../../../test/support/catalogue.js';
import { newVendor, sellingTrip, tripDraft } from '../../../test/support/trips.js';
import { Departures } from './departures/departures.repository.js';

const usd = (amount: number) => ({ amount, currency: 'USD' });

describe('trips', () => {
  let catalogue: Catalogue;

  beforeAll(async () => {
    catalogue = await Catalogue.open();
  });
  afterAll(() => catalogue.close());

  const draft = (token: string, changes: object = {}) =>
    catalogue.send('POST', '/trips', token, { ...tripDraft, ...changes });
  const patch = (token: string, id: string, changes: object) =>
    catalogue.send('PATCH', `/trips/${id}`, token, changes);
  const publish = (token: string, id: string) => catalogue.send('POST', `/trips/${id}/publish`, token);
  const searched = async (id: string) => {
    const { body } = await catalogue.send('GET', '/trips?limit=100');
    return body.data.some((trip: { id: string }) => trip.id === id);
  };
  const sells = async (departureId: string) =>
    catalogue
      .get(Transactor)
      .run((tx) => catalogue.get(Departures).hold(departureId, 1, catalogue.clock.now(), tx));

  describe('are drafted', () => {
    it('by a vendor, with the defaults of what is left out', async () => {
      const { owner, vendorId } = await newVendor(catalogue);
      const { status, body } = await draft(owner);
      expect(status).toBe(201);
      expect(body).toEqual({
        ...tripDraft,
        id: expect.any(String),
        vendorId,
        slug: expect.stringMatching(/^sacred-valley-on-foot-/),
        latitude: null,
        longitude: null,
        status: 'draft',
        listed: false,
        cancellationPolicy: { name: 'flexible', tiers: [{ untilMinutesBefore: 1440, refundBps: 10_000 }] },
        priceFrom: usd(15_000),
        units: [
          {
            id: expect.any(String),
            type: 'adult',
            price: usd(15_000),
            paxCount: 1,
            minAge: null,
            maxAge: null,
            minQuantity: null,
            maxQuantity: null,
          },
        ],
        createdAt: '2027-01-01T00:00:00.000Z',
        updatedAt: '2027-01-01T00:00:00.000Z',
      });
    });

    it('with tiers, a place and several units, listed in one order', async () => {
      const { owner } = await newVendor(catalogue);
      const tiers = [{ untilMinutesBefore: 60, refundBps: 2_500 }];
      const { body } = await draft(owner, {
        cancellationPolicy: tiers,
        latitude: -13.5,
        longitude: -72,
        units: [
          { type: 'infant', price: usd(0), paxCount: 0, maxAge: 2 },
          { type: 'adult', price: usd(9_000), minAge: 18 },
        ],
      });
      expect(body).toMatchObject({
        cancellationPolicy: { name: 'custom', tiers },
        latitude: -13.5,
        longitude: -72,
        priceFrom: usd(9_000),
        units: [{ type: 'adult' }, { type: 'infant', paxCount: 0, maxAge: 2 }],
      });
    });

    it('for the vendor that is stated by whoever has several', async () => {
      const { owner, vendorId } = await newVendor(catalogue);
      await newVendor(catalogue, owner);
      const { status, body } = await draft(owner);
      expect(status).toBe(422);
      expect(body.errors).toEqual([{ field: 'vendorId', message: expect.stringContaining('several') }]);
      expect((await draft(owner, { vendorId })).body.vendorId).toBe(vendorId);
    });

    it('by nobody else', async () => {
      const { vendorId } = await newVendor(catalogue);
      const traveller = await catalogue.user();
      const { status, body } = await draft(traveller);
      expect({ status, type: body.type }).toEqual({ status: 403, type: '/problems/vendor-required' });
      expect((await draft(traveller, { vendorId })).status).toBe(404);
      expect((await catalogue.send('POST', '/trips', undefined, tripDraft)).status).toBe(401);
    });

    it.each([
      ['units', { units: [] }],
      ['units.0.price.currency', { units: [{ type: 'adult', price: { amount: 1, currency: 'EUR' } }] }],
      ['units.0.price.amount', { units: [{ type: 'adult', price: usd(0.5) }] }],
      ['units.0.price.amount', { units: [{ type: 'adult', price: usd(-1) }] }],
      [
        'units.0.price.amount',
        { currency: 'KWD', units: [{ type: 'adult', price: { amount: 5, currency: 'KWD' } }] },
      ],
      ['units.0.type', { units: [{ type: 'giant', price: usd(1) }] }],
      [
        'units.1.type',
        {
          units: [
            { type: 'adult', price: usd(1) },
            { type: 'adult', price: usd(1) },
          ],
        },
      ],
      ['units.0.maxAge', { units: [{ type: 'adult', price: usd(1), minAge: 9, maxAge: 8 }] }],
      ['units.0.id', { units: [{ type: 'adult', price: usd(1), id: newId() }] }],
      ['latitude', { latitude: 1 }],
      ['latitude', { latitude: 91, longitude: 0 }],
      ['currency', { currency: 'XXX' }],
      ['timeZone', { timeZone: 'Mars/Base' }],
      ['cancellationPolicy', { cancellationPolicy: 'lenient' }],
      ['cancellationPolicy', { cancellationPolicy: [{ untilMinutesBefore: 1, refundBps: 20_000 }] }],
      ['title', { title: 'a\u0000b' }],
      ['durationMinutes', { durationMinutes: 0 }],
      ['status', { status: 'published' }],
    ])('not with a wrong %s', async (field, wrong) => {
      const { owner } = await newVendor(catalogue);
      const { status, body } = await draft(owner, wrong);
      expect({ status, type: body.type }).toEqual({ status: 422, type: '/problems/invalid-request' });
      expect(body.errors).toEqual([expect.objectContaining({ field })]);
    });
  });

  describe('are changed', () => {
    it('field by field, the rest staying as it was', async () => {
      const { owner } = await newVendor(catalogue);
      const before = (await draft(owner)).body;
      catalogue.clock.advance(1_000);
      const { status, body } = await patch(owner, before.id, { title: 'New', cancellationPolicy: [] });
      expect(status).toBe(200);
      const expected = { ...before, title: 'New', cancellationPolicy: { name: 'custom', tiers: [] } };
      expect(body).toEqual({ ...expected, updatedAt: catalogue.clock.now().toISOString() });
    });

    it('unit by unit: a type keeps its id, also when it was withdrawn in between', async () => {
      const { owner } = await newVendor(catalogue);
      const { id, units } = (await draft(owner)).body;
      const child = { type: 'child', price: usd(7_000) };
      const without = (await patch(owner, id, { units: [child] })).body;
      expect(without).toMatchObject({ priceFrom: usd(7_000), units: [child] });
      const again = (await patch(owner, id, { units: [child, { type: 'adult', price: usd(8_000) }] })).body;
      expect(again.units).toMatchObject([
        { id: units[0].id, price: usd(8_000) },
        { id: without.units[0].id },
      ]);
      expect(again.priceFrom).toEqual(usd(8_000));
    });

    it('to another currency with all their prices, until a seat is sold', async () => {
      const trip = await sellingTrip(catalogue);
      const euros = { currency: 'EUR', units: [{ type: 'adult', price: { amount: 1, currency: 'EUR' } }] };
      expect((await patch(trip.owner, trip.id, { currency: 'EUR' })).body.errors).toMatchObject([
        { field: 'units' },
      ]);
      expect((await patch(trip.owner, trip.id, euros)).status).toBe(200);
      await sells(await trip.departure());
      const back = { currency: 'USD', units: tripDraft.units };
      expect((await patch(trip.owner, trip.id, back)).body.type).toBe('/problems/trip-in-use');
    });

    it('to another time zone until there is a departure', async () => {
      const trip = await sellingTrip(catalogue);
      expect((await patch(trip.owner, trip.id, { timeZone: 'Europe/Paris' })).status).toBe(200);
      await trip.departure();
      const { status, body } = await patch(trip.owner, trip.id, { timeZone: 'America/Lima' });
      expect({ status, type: body.type }).toEqual({ status: 409, type: '/problems/trip-in-use' });
    });

    it('with their departures: the cutoff of all, the end of those that have not sold', async () => {
      const trip = await sellingTrip(catalogue);
      const [empty, sold] = [await trip.departure(), await trip.departure()];
      await sells(sold);
      const read = async (id: string) => (await catalogue.send('GET', `/departures/${id}`)).body;
      const before = await read(sold);
      await patch(trip.owner, trip.id, { bookingCutoffMinutes: 120, durationMinutes: 60 });

      const minutesFromStart = ({ startsAt, cutoffAt, endsAt }: Record<string, string>) =>
        [cutoffAt, endsAt].map((end) => (Date.parse(end!) - Date.parse(startsAt!)) / 60_000);
      expect(minutesFromStart(await read(empty))).toEqual([-120, 60]);
      expect(minutesFromStart(await read(sold))).toEqual([-120, 480]);
      expect((await read(sold)).startsAt).toBe(before.startsAt);
    });

    it('by nobody else', async () => {
      const { owner } = await newVendor(catalogue);
      const { id } = (await draft(owner)).body;
      const stranger = (await newVendor(catalogue)).owner;
      expect((await patch(stranger, id, { title: 'Mine' })).status).toBe(404);
      expect((await publish(stranger, id)).status).toBe(404);
      expect((await catalogue.send('DELETE', `/trips/${id}`, stranger)).status).toBe(404);
      expect((await patch(await catalogue.user('admin'), id, { title: 'Ours' })).status).toBe(200);
      expect((await patch(owner, id, { vendorId: newId() })).status).toBe(422);
    });
  });

  describe('are listed and sell', () => {
    it('once they are published and their vendor is approved, whichever comes first', async () => {
      const { owner, vendorId } = await newVendor(catalogue);
      const { id } = (await draft(owner)).body;
      expect((await publish(owner, id)).body).toMatchObject({ status: 'published', listed: false });
      const plan = { localStart: '2028-01-10T09:00:00', capacity: 5 };
      const departure = (await catalogue.send('POST', `/trips/${id}/departures`, owner, plan)).body;
      expect([await searched(id), await sells(departure.id)]).toEqual([false, false]);

      await catalogue.get(Vendors).approve(vendorId);
      await catalogue.tellTrips(vendorId);
      expect([await searched(id), await sells(departure.id)]).toEqual([true, true]);
      expect((await catalogue.send('GET', `/trips/${id}`)).body.listed).toBe(true);
    });

    it('no more while their vendor is suspended, and again afterwards, however often and late they are told', async () => {
      const trip = await sellingTrip(catalogue);
      const departure = await trip.departure();
      expect([await searched(trip.id), await sells(departure)]).toEqual([true, true]);

      await catalogue.get(Vendors).suspend(trip.vendorId, 'complaints');
      await catalogue.tellTrips(trip.vendorId);
      await catalogue.tellTrips(trip.vendorId);
      expect([await searched(trip.id), await sells(departure)]).toEqual([false, false]);
      expect(await sells(await trip.departure())).toBe(false);
      expect((await catalogue.send('GET', `/trips/${trip.id}`)).body).toMatchObject({
        status: 'published',
        listed: false,
      });

      await catalogue.get(Vendors).approve(trip.vendorId);
      await catalogue.tellTrips(trip.vendorId);
      expect([await searched(trip.id), await sells(departure)]).toEqual([true, true]);
    });

    it('no more once they are archived, which is for good', async () => {
      const trip = await sellingTrip(catalogue);
      const departure = await trip.departure();
      const archive = () => catalogue.send('DELETE', `/trips/${trip.id}`, trip.owner);
      expect([(await archive()).status, (await archive()).status]).toEqual([204, 204]);
      expect([await searched(trip.id), await sells(departure)]).toEqual([false, false]);
      expect((await catalogue.send('GET', `/trips/${trip.id}`)).status).toBe(404);
      expect((await catalogue.send('GET', `/trips/${trip.id}`, trip.owner)).body.status).toBe('archived');

      const plan = { localStart: '2029-01-10T09:00:00', capacity: 5 };
      const answers = [
        await publish(trip.owner, trip.id),
        await patch(trip.owner, trip.id, { title: 'Back' }),
        await catalogue.send('POST', `/trips/${trip.id}/departures`, trip.owner, plan),
      ];
      for (const { status, body } of answers) {
        expect({ status, type: body.type }).toEqual({ status: 409, type: '/problems/trip-archived' });
      }
    });

    it('again when published twice', async () => {
      const trip = await sellingTrip(catalogue);
      expect(await publish(trip.owner, trip.id)).toMatchObject({
        status: 200,
        body: { status: 'published', listed: true },
      });
    });
  });
});
