import { ManualClock } from '@app/kernel';
import { TestApp } from './support/app.js';
import type { ApiClient } from './support/client.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { describeWith } from './support/programs.js';
import { RedisServer, redisServer } from './support/redis-server.js';
import { expectOk, Shop, TRIP, type Person } from './support/shop.js';

/** How long a process with a cache of its own may go by what another one has changed. */
const BACKSTOP_MS = 5_000;

/** Two processes on one database. */
class TwoProcesses {
  private constructor(
    readonly here: TestApp,
    readonly there: TestApp,
    readonly clock: ManualClock,
    private readonly database: TestDatabase,
  ) {}

  static async start(env: Readonly<Record<string, string>> = {}): Promise<TwoProcesses> {
    const [database, clock] = [await createTestDatabase(), new ManualClock()];
    const options = { database, clock, env };
    const here = await TestApp.start(options);
    return new TwoProcesses(here, await TestApp.start(options), clock, database);
  }

  async stop(): Promise<void> {
    await this.here.stop();
    await this.there.stop();
    await this.database.drop();
  }
}

/** What anyone may read of a trip: the first of the list, the trip itself, and by its slug. */
async function titles(app: TestApp, { id, slug }: { id: string; slug: string }): Promise<string[]> {
  const visitor = app.client();
  const answers = [
    expectOk(await visitor.get('/trips?limit=1')).data[0],
    expectOk(await visitor.get(`/trips/${id}`)),
    expectOk(await visitor.get(`/trips/${slug}`)),
  ];
  return answers.map((trip) => trip?.title);
}

const all = (title: string) => [title, title, title];

function contract(
  name: string,
  { start, delayMs }: { start: () => Promise<TwoProcesses>; delayMs: number },
): void {
  describe(`what was written in ${name}`, () => {
    let processes: TwoProcesses;
    let shop: Shop;
    let vendor: Person & { vendorId: string };

    beforeAll(async () => {
      processes = await start();
      shop = new Shop(processes.here);
      vendor = await shop.vendor();
    });
    afterAll(() => processes.stop());

    /** The same user at the other process. */
    const elsewhere = (person: Person): Promise<ApiClient> =>
      processes.there.client().signIn(person.credentials);
    const later = () => processes.clock.advance(delayMs);

    it('shows a changed trip here at once, and there', async () => {
      const { here, there } = processes;
      const trip = await shop.trip(vendor, { title: 'Old' });
      later();
      expect([await titles(here, trip), await titles(there, trip)]).toEqual([all('Old'), all('Old')]);

      expectOk(await vendor.patch(`/trips/${trip.id}`, { title: 'New' }));

      expect(await titles(here, trip)).toEqual(all('New'));
      later();
      expect(await titles(there, trip)).toEqual(all('New'));
    });

    it('lists a trip from its publication to its end', async () => {
      const listed = async (app: TestApp) =>
        expectOk(await app.client().get('/trips')).data.map(({ id }: { id: string }) => id);
      const draft = expectOk(await vendor.post('/trips', TRIP));
      const everywhere = async () => {
        const found = [(await listed(processes.here)).includes(draft.id)];
        later();
        return [...found, (await listed(processes.there)).includes(draft.id)];
      };
      expect(await everywhere()).toEqual([false, false]);
      expectOk(await vendor.post(`/trips/${draft.id}/publish`));
      expect(await everywhere()).toEqual([true, true]);
      await vendor.delete(`/trips/${draft.id}`);
      expect(await everywhere()).toEqual([false, false]);
    });

    it('shows a changed profile', async () => {
      const tara = await shop.traveller();
      const there = await elsewhere(tara);
      expect(expectOk(await there.get('/users/me')).name).toBe('Tara Traveller');

      expectOk(await tara.patch('/users/me', { name: 'Tara Twice' }));

      expect(expectOk(await tara.get('/users/me')).name).toBe('Tara Twice');
      later();
      expect(expectOk(await there.get('/users/me')).name).toBe('Tara Twice');
    });

    it('shows the seats that are left, everywhere and without delay', async () => {
      const { trip, departure, unitId } = await shop.open({ capacity: 3 });
      const left = async (app: TestApp) => [
        expectOk(await app.client().get(`/departures/${departure.id}`)).seatsAvailable,
        expectOk(await app.client().get(`/trips/${trip.id}/departures`)).data[0].seatsAvailable,
        expectOk(await app.client().get('/trips?seats=2')).data.length,
      ];
      expect([await left(processes.here), await left(processes.there)]).toEqual([
        [3, 3, 1],
        [3, 3, 1],
      ]);

      await shop.book(await shop.traveller(), { departure, unitId }, 2);

      expect([await left(processes.here), await left(processes.there)]).toEqual([
        [1, 1, 0],
        [1, 1, 0],
      ]);
    });
  });
}

contract('two processes with a cache each', { start: () => TwoProcesses.start(), delayMs: BACKSTOP_MS });

describeWith({ redis: redisServer })('on one Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.stop());

  contract('two processes', { start: () => TwoProcesses.start({ REDIS_URL: redis.url }), delayMs: 0 });
});
