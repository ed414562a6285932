import { TestApp } from './support/app.js';
import type { Answer } from './support/client.js';
import { Shop, type Person } from './support/shop.js';

const ROUNDS = 12;
const AT_ONCE = 24;

/** PostgreSQL restarts, or fails over, in the middle of things. */
describe('connections that are lost', () => {
  let app: TestApp;
  let traveller: Person;
  let offer: { departure: { id: string }; unitId: string };

  beforeAll(async () => {
    app = await TestApp.start();
    const shop = new Shop(app);
    traveller = await shop.traveller();
    offer = await shop.open({ capacity: ROUNDS * AT_ONCE });
  });
  afterAll(() => app.stop());

  it('answer 503 and when to come back, never 500', async () => {
    const answers: Answer[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const requests = Promise.all(Array.from({ length: AT_ONCE }, (_, index) => ask(index)));
      await terminate();
      answers.push(...(await requests));
    }

    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].filter((status) => ![200, 201, 503].includes(status))).toEqual([]);
    const turnedAway = answers.filter(({ status }) => status === 503);
    expect(turnedAway.length).toBeGreaterThan(0);
    for (const { headers } of turnedAway) expect(headers.get('retry-after')).toBe('1');
  });

  const ask = (index: number): Promise<Answer> =>
    index % 3 === 0
      ? traveller.get('/trips')
      : traveller.post('/bookings', {
          departureId: offer.departure.id,
          items: [{ unitId: offer.unitId, quantity: 1 }],
        });

  /** Again and again while there is someone to hit, so that every statement of a transaction gets its turn. */
  async function terminate(): Promise<void> {
    for (let blow = 0; blow < 5; blow++) {
      await app.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'travellr-api'`,
      );
    }
  }
});
