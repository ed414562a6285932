import { Transactor } from '@app/database';
import { newId } from '@app/kernel';
import { Catalogue } from '../../../../test/support/catalogue.js';
import { sellingTrip, type SellingTrip } from '../../../../test/support/trips.js';
import { Departures } from './departures.repository.js';

describe('departures', () => {
  let catalogue: Catalogue;
  let trip: SellingTrip;

  beforeAll(async () => {
    catalogue = await Catalogue.open();
  });
  beforeEach(async () => {
    catalogue.clock.set('2027-01-01T00:00:00Z');
    trip = await sellingTrip(catalogue, { timeZone: 'America/New_York' });
  });
  afterAll(() => catalogue.close());

  const plan = (body: object, token = trip.owner) =>
    catalogue.send('POST', `/trips/${trip.id}/departures`, token, { capacity: 10, ...body });
  const read = async (id: string, token?: string) => catalogue.send('GET', `/departures/${id}`, token);
  const patch = (id: string, body: object, token = trip.owner) =>
    catalogue.send('PATCH', `/departures/${id}`, token, body);
  const cancel = (id: string, token = trip.owner, reason = 'storm') =>
    catalogue.send('POST', `/departures/${id}/cancel`, token, { reason });
  const hold = (id: string, seats: number) =>
    catalogue
      .get(Transactor)
      .run((tx) => catalogue.get(Departures).hold(id, seats, catalogue.clock.now(), tx));

  describe('are planned', () => {
    it("by the wall clock of the trip's zone", async () => {
      const { status, body } = await plan({ localStart: '2027-01-10T09:00:00' });
      expect(status).toBe(201);
      expect(body).toEqual({
        id: expect.any(String),
        tripId: trip.id,
        localStart: '2027-01-10T09:00:00',
        startsAt: '2027-01-10T14:00:00.000Z',
        endsAt: '2027-01-10T22:00:00.000Z',
        cutoffAt: '2027-01-10T13:00:00.000Z',
        capacity: 10,
        seatsAvailable: 10,
        status: 'scheduled',
        cancelReason: null,
        createdAt: '2027-01-01T00:00:00.000Z',
        updatedAt: '2027-01-01T00:00:00.000Z',
      });
      expect((await read(body.id)).body).toEqual(body);
    });

    it('at the earlier instant where clocks are set back', async () => {
      const { body } = await plan({ localStart: '2027-11-07T01:30' });
      expect(body).toMatchObject({ localStart: '2027-11-07T01:30:00', startsAt: '2027-11-07T05:30:00.000Z' });
    });

    it.each([
      ['localStart', 'clocks are set forward', { localStart: '2027-03-14T02:30:00' }],
      ['localStart', 'calendar', { localStart: '2027-02-30T09:00:00' }],
      ['localStart', 'future', { localStart: '2026-12-31T18:59:59' }],
      ['localStart', 'before the year 9999', { localStart: '9999-12-31T23:59:59' }],
      ['localStart', 'without an offset', { localStart: '2027-01-10T09:00:00Z' }],
      ['capacity', 'less than 1', { localStart: '2027-01-10T09:00:00', capacity: 0 }],
      ['recurrence', 'COUNT or UNTIL', { localStart: '2027-01-10T09:00:00', recurrence: 'FREQ=DAILY' }],
      ['recurrence', 'COUNT', { localStart: '2027-01-10T09:00:00', recurrence: 'FREQ=DAILY;COUNT=-1' }],
    ])('not with a wrong %s: %s', async (field, message, body) => {
      const answer = await plan(body);
      expect(answer.status).toBe(422);
      expect(answer.body.errors).toEqual([{ field, message: expect.stringContaining(message) }]);
    });

    it('once for each start', async () => {
      await plan({ localStart: '2027-01-10T09:00:00' });
      const { status, body } = await plan({ localStart: '2027-01-10T09:00:00' });
      expect({ status, type: body.type }).toEqual({ status: 409, type: '/problems/departure-exists' });
    });

    it('again at the start of one that was cancelled', async () => {
      const { body } = await plan({ localStart: '2027-01-10T09:00:00' });
      await cancel(body.id);
      expect((await plan({ localStart: '2027-01-10T09:00:00' })).status).toBe(201);
    });

    it('as a series that keeps the wall clock', async () => {
      const { status, body } = await plan({
        localStart: '2027-03-12T09:00:00',
        recurrence: 'FREQ=DAILY;COUNT=4',
      });
      expect(status).toBe(201);
      expect(body.data.map(({ startsAt }: { startsAt: string }) => startsAt)).toEqual([
        '2027-03-12T14:00:00.000Z',
        '2027-03-13T14:00:00.000Z',
        '2027-03-14T13:00:00.000Z',
        '2027-03-15T13:00:00.000Z',
      ]);
    });

    it('all of a series or none', async () => {
      await plan({ localStart: '2027-01-12T09:00:00' });
      const { body } = await plan({ localStart: '2027-01-10T09:00:00', recurrence: 'FREQ=DAILY;COUNT=5' });
      expect(body.type).toBe('/problems/departure-exists');
      const { data } = (await catalogue.send('GET', `/trips/${trip.id}/departures`)).body;
      expect(data).toHaveLength(1);
    });

    it('every day of a year at once', async () => {
      const { body } = await plan({ localStart: '2027-01-10T09:00:00', recurrence: 'FREQ=DAILY;COUNT=366' });
      expect(body.data).toHaveLength(366);
    });

    it('by the vendor and admins only', async () => {
      const start = { localStart: '2027-01-10T09:00:00' };
      expect((await plan(start, await catalogue.user())).status).toBe(404);
      expect((await plan(start, await catalogue.user('admin'))).status).toBe(201);
    });
  });

  describe('are listed', () => {
    const list = async (query = '') =>
      (await catalogue.send('GET', `/trips/${trip.id}/departures${query}`)).body;
    const starts = async (query: string) =>
      (await list(query)).data.map(({ localStart }: { localStart: string }) => localStart.slice(5, 10));
    beforeEach(() => plan({ localStart: '2027-01-10T09:00:00', recurrence: 'FREQ=DAILY;COUNT=5' }));

    it('from now on, the earliest first, a page at a time', async () => {
      catalogue.clock.set('2027-01-11T14:00:00Z');
      const first = await list('?limit=2');
      expect(first.data.map(({ localStart }: { localStart: string }) => localStart.slice(8, 10))).toEqual([
        '12',
        '13',
      ]);
      expect(await starts(`?limit=2&cursor=${first.nextCursor}`)).toEqual(['01-14']);
    });

    it('within days of the trip, or instants', async () => {
      expect(await starts('?from=2027-01-11&to=2027-01-12')).toEqual(['01-11', '01-12']);
      expect(await starts('?from=2027-01-11T14:00:00Z&to=2027-01-12T13:59:59Z')).toEqual(['01-11']);
      catalogue.clock.set('2027-02-01T00:00:00Z');
      expect(await starts('')).toEqual([]);
      expect(await starts('?from=2027-01-13')).toEqual(['01-13', '01-14']);
      expect(await starts('?from=2027-01-14&to=9999-12-31')).toEqual(['01-14']);
      expect(await starts('?from=0000-01-01&to=2027-01-10')).toEqual(['01-10']);
    });

    it('without those cancelled', async () => {
      const { data } = await list();
      await cancel(data[0].id);
      expect(await starts('')).toEqual(['01-11', '01-12', '01-13', '01-14']);
    });

    it.each([
      'from=2027-02-30',
      'to=tomorrow',
      'from=2027-02-01&to=2027-01-01',
      'cursor=x',
      'cursor=WzllMTVd',
      'from=-271821-04-20T00:00:00Z',
      'limit=0',
    ])('not for %s', async (query) => expect((await list(`?${query}`)).status).toBe(422));
  });

  describe('of an archived trip', () => {
    it('are seen by its vendor only', async () => {
      const id = await trip.departure();
      await catalogue.send('DELETE', `/trips/${trip.id}`, trip.owner);
      expect((await read(id)).status).toBe(404);
      expect((await read(id, trip.owner)).status).toBe(200);
      expect((await catalogue.send('GET', `/trips/${trip.id}/departures`)).status).toBe(404);
      expect((await read(newId())).status).toBe(404);
    });
  });

  describe('are changed', () => {
    it('in capacity, not below what is sold, whoever buys at the same time', async () => {
      const id = await trip.departure({ capacity: 10 });
      await hold(id, 3);
      expect((await patch(id, { capacity: 3 })).body).toMatchObject({ capacity: 3, seatsAvailable: 0 });
      const { status, body } = await patch(id, { capacity: 2 });
      expect({ status, type: body.type }).toEqual({ status: 409, type: '/problems/capacity-below-sold' });

      await patch(id, { capacity: 20 });
      await Promise.all([...Array.from({ length: 20 }, () => hold(id, 1)), patch(id, { capacity: 5 })]);
      const { capacity, seatsAvailable } = (await read(id)).body;
      expect([5, 20]).toContain(capacity);
      expect(seatsAvailable).toBe(0);
    });

    it('closed, and opened again', async () => {
      const id = await trip.departure();
      expect((await patch(id, { status: 'closed' })).body.status).toBe('closed');
      expect(await hold(id, 1)).toBe(false);
      expect((await patch(id, { status: 'scheduled' })).body.status).toBe('scheduled');
      expect(await hold(id, 1)).toBe(true);
      expect((await patch(id, { status: 'cancelled' })).status).toBe(422);
      expect((await patch(id, { localStart: '2028-01-01T09:00:00' })).status).toBe(422);
    });

    it('no more once they are cancelled, and never by a stranger', async () => {
      const id = await trip.departure();
      expect((await patch(id, { capacity: 1 }, await catalogue.user())).status).toBe(404);
      expect((await patch(newId(), { capacity: 1 })).status).toBe(404);
      await cancel(id);
      const { status, body } = await patch(id, { capacity: 1 });
      expect({ status, type: body.type }).toEqual({ status: 409, type: '/problems/departure-over' });
    });
  });

  it('are changed until they start', async () => {
    const { body } = await plan({ localStart: '2027-01-10T09:00:00' });
    catalogue.clock.set('2027-01-10T13:59:59.999Z');
    expect((await patch(body.id, { capacity: 12 })).status).toBe(200);
    catalogue.clock.set('2027-01-10T14:00:00Z');
    for (const change of [{ capacity: 1 }, { status: 'closed' }, {}]) {
      const answer = await patch(body.id, change);
      expect([answer.status, answer.body.type]).toEqual([409, '/problems/departure-over']);
    }
    expect((await read(body.id)).body).toMatchObject({ capacity: 12, status: 'scheduled' });
  });

  describe('are cancelled', () => {
    it('once, and the world hears of it once', async () => {
      const id = await trip.departure();
      expect((await cancel(id, await catalogue.user())).status).toBe(404);
      const first = await cancel(id);
      expect(first).toMatchObject({ status: 200, body: { id, status: 'cancelled', cancelReason: 'storm' } });
      catalogue.clock.advance(60_000);
      expect(await cancel(id, trip.owner, 'another reason')).toEqual(first);

      const heard = (await catalogue.events()).filter(({ payload }) => payload.departureId === id);
      expect(heard).toEqual([
        {
          name: 'departure.cancelled',
          payload: { departureId: id, tripId: trip.id, vendorId: trip.vendorId, reason: 'storm' },
        },
      ]);
    });

    it('not once they have started', async () => {
      const { body } = await plan({ localStart: '2027-01-10T09:00:00' });
      catalogue.clock.set('2027-01-10T14:00:00Z');
      const answer = await cancel(body.id);
      expect({ status: answer.status, type: answer.body.type }).toEqual({
        status: 409,
        type: '/problems/departure-over',
      });
      expect((await cancel(body.id, trip.owner, '')).status).toBe(422);
    });
  });
});
