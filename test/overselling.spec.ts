import { randomUUID } from 'node:crypto';
import { TestApp } from './support/app.js';
import { ApiClient, type Answer } from './support/client.js';
import { createEmptyDatabase } from './support/database.js';
import { Deployment } from './support/deployment.js';
import { expectBooksInOrder, inThirtyDays, Shop } from './support/shop.js';
import { expectSound } from './support/soundness.js';

const CAPACITY = 10;
const CLIENTS = 200;

interface Offer {
  departure: { id: string };
  unitId: string;
}

/** The rush on a departure: everyone at once, nobody waits for anybody. */
describe('two hundred clients and ten seats', () => {
  let app: TestApp;
  let shop: Shop;
  let travellers: ApiClient[];

  beforeAll(async () => {
    app = await TestApp.start();
    shop = new Shop(app);
    travellers = await Promise.all(Array.from({ length: 8 }, () => shop.traveller()));
  });
  afterAll(() => app.stop());
  afterEach(() => expectBooksInOrder(shop));

  it('sells ten seats, and tells everyone else that it is sold out', async () => {
    const offer = await shop.open({ capacity: CAPACITY });

    expectSoldOnce(await rush(offer, travellers));

    expect(await seatsOf(offer)).toEqual({ held: CAPACITY, booked: 0 });
  });

  it('makes one booking of a request that is sent three times at once', async () => {
    const offer = await shop.open({ capacity: CAPACITY });
    const keys = Array.from({ length: 40 }, () => randomUUID());

    const answers = await Promise.all(
      keys.map(async (key, index) => {
        const traveller = travellers[index % travellers.length]!;
        const thrice = await Promise.all(
          [1, 2, 3].map(() => book(traveller, offer, { 'idempotency-key': key })),
        );
        return thrice;
      }),
    );

    const booked = answers.filter((thrice) => thrice.some(({ status }) => status === 201));
    expect(booked).toHaveLength(CAPACITY);
    for (const thrice of booked) {
      expect(thrice.map(({ status }) => status)).toEqual([201, 201, 201]);
      expect(new Set(thrice.map(({ body }) => body.id)).size).toBe(1);
      expect(thrice.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(2);
    }
    expect(await seatsOf(offer)).toEqual({ held: CAPACITY, booked: 0 });
  });

  async function seatsOf({ departure }: Offer): Promise<unknown> {
    const [seats] = await app.query(
      'SELECT seats_held AS held, seats_booked AS booked FROM departures WHERE id = $1',
      [departure.id],
    );
    return seats;
  }
});

describe('two processes of the product, started at once on an empty database', () => {
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await Deployment.start(await createEmptyDatabase(), 2);
  }, 300_000);
  afterAll(() => deployment.stop());

  it('both come up, and sell ten seats to two hundred clients', async () => {
    const [one, other] = [new ApiClient(await deployment.url(0)), new ApiClient(await deployment.url(1))];
    const shop = new Shop({ client: () => one, drain: () => deployment.drain() });
    const vendor = await shop.vendor();
    const trip = await shop.trip(vendor);
    const departure = await shop.departure(vendor, trip.id, CAPACITY, inThirtyDays());
    const offer = { departure, unitId: trip.units[0].id as string };
    const travellers = await Promise.all([1, 2, 3, 4].map(() => shop.traveller()));
    const elsewhere = await Promise.all(travellers.map(({ credentials }) => other.signIn(credentials)));

    expectSoldOnce(await rush(offer, [...travellers, ...elsewhere]));

    expect((await one.get(`/departures/${departure.id}`)).body.seatsAvailable).toBe(0);
    await deployment.drain();
    await expectSound((statement) => deployment.query(statement));
    await expectBooksInOrder(shop);
  });
});

function rush(offer: Offer, clients: readonly ApiClient[]): Promise<Answer[]> {
  return Promise.all(
    Array.from({ length: CLIENTS }, (_, index) => book(clients[index % clients.length]!, offer)),
  );
}

function book(
  client: ApiClient,
  { departure, unitId }: Offer,
  headers?: Record<string, string>,
): Promise<Answer> {
  return client.post('/bookings', { departureId: departure.id, items: [{ unitId, quantity: 1 }] }, headers);
}

function expectSoldOnce(answers: readonly Answer[]): void {
  const booked = answers.filter(({ status }) => status === 201);
  const refused = answers.filter(({ status }) => status !== 201);
  expect(new Set(booked.map(({ body }) => body.id)).size).toBe(CAPACITY);
  expect(refused).toHaveLength(CLIENTS - CAPACITY);
  for (const { status, headers, body } of refused) {
    expect({ status, type: body.type }).toEqual({ status: 409, type: '/problems/departure-sold-out' });
    expect(headers.get('content-type')).toContain('application/problem+json');
  }
}
