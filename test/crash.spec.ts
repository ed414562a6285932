import { ApiClient } from './support/client.js';
import { createTestDatabase } from './support/database.js';
import { Deployment, eventually } from './support/deployment.js';
import { InsistentClients } from './support/insistent-clients.js';
import { expectBooksInOrder, inThirtyDays, Shop, type Person } from './support/shop.js';
import { undelivered, violations } from './support/soundness.js';

const CRASHES = 3;
const CAPACITY = 12;
/** Recovery takes up what was untouched for 15 s, every 5 s; a cancelled intent may take a retry or two of its job. */
const AT_REST_WITHIN_MS = 120_000;

/** The server is killed in the middle of everything, and its clients do what clients do: they send the same request again. */
describe('kill -9 at any moment', () => {
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await Deployment.start(await createTestDatabase());
  }, 300_000);
  afterAll(() => deployment.stop());

  it('loses no seat, no cent and no event', async () => {
    const first = new ApiClient(await deployment.url());
    const shop = new Shop({ client: () => first, drain: () => deployment.drain() });
    const vendor = await shop.vendor();
    const trip = await shop.trip(vendor);
    const departures = await Promise.all(
      [0, 1, 2].map((hour) =>
        shop.departure(vendor, trip.id, CAPACITY, inThirtyDays().replace(/T../, `T0${hour}`)),
      ),
    );
    const people = await Promise.all(Array.from({ length: 6 }, () => shop.traveller()));
    const clients = new InsistentClients(deployment);
    const rush = new Rush(
      clients,
      trip.units[0].id,
      departures.map(({ id }) => id),
    );

    const travelling = people.map((person) => rush.travel(person));
    for (let crash = 0; crash < CRASHES; crash += 1) {
      await clients.answered(5 + Math.floor(Math.random() * 40));
      await deployment.crash();
    }
    rush.over = true;
    const stories = (await Promise.all(travelling)).flat();

    const left = await eventually(
      () => violations((sql) => deployment.query(sql)),
      (found) => found.length === 0,
      AT_REST_WITHIN_MS,
    );
    expect(left).toEqual([]);
    const after = new ApiClient(await deployment.url());
    const restarted = new Shop({ client: () => after, drain: () => deployment.drain() });
    expect(await undelivered(await restarted.adminClient())).toEqual([]);
    await expectBooksInOrder(restarted);
    await expectToldTheTruth(stories);
  }, 300_000);

  /** What each client was told is what there is: one booking for each key, and the money where the last answer put it. */
  async function expectToldTheTruth(stories: Story[]): Promise<void> {
    const bookings = await deployment.query<{ id: string; status: string; kept: string }>(
      'SELECT id, status, paid - refunded AS kept FROM bookings',
    );
    const bookingOf = new Map(bookings.map((booking) => [booking.id, booking]));
    expect(new Set(stories.map(({ bookingId }) => bookingId)).size).toBe(stories.length);
    expect(bookings).toHaveLength(stories.length);
    expect(stories.length).toBeGreaterThan(CRASHES);
    expect(stories.map(({ bookingId }) => ({ bookingId, ...pick(bookingOf.get(bookingId)) }))).toEqual(
      stories.map(({ bookingId, cancelled, paid }) => ({
        bookingId,
        status: cancelled ? 'cancelled' : paid ? 'confirmed' : 'pending',
        kept: paid && !cancelled ? '10000' : '0',
      })),
    );
  }
});

const pick = (booking?: { status: string; kept: string }) =>
  booking && { status: booking.status, kept: booking.kept };

interface Story {
  readonly bookingId: string;
  paid: boolean;
  cancelled: boolean;
}

/** Travellers who book, pay and change their minds until it is over, through whatever process answers at the moment. */
class Rush {
  over = false;

  constructor(
    private readonly clients: InsistentClients,
    private readonly unitId: string,
    private readonly departures: readonly string[],
  ) {}

  async travel(person: Person): Promise<Story[]> {
    const stories: Story[] = [];
    for (let turn = 0; !this.over; turn += 1) {
      const departureId = this.departures[turn % this.departures.length]!;
      const items = [{ unitId: this.unitId, quantity: 1 }];
      const booked = await this.clients.post(person, '/bookings', { departureId, items });
      if (booked.status === 409) continue;
      if (booked.status !== 201) throw new Error(`booking: ${booked.status} ${JSON.stringify(booked.body)}`);
      const story = { bookingId: booked.body.id as string, paid: false, cancelled: false };
      stories.push(story);
      story.paid = await this.pay(person, story.bookingId, ['pm_ok', 'pm_3ds', 'pm_declined'][turn % 3]!);
      if (turn % 2 === 0) {
        const answer = await this.clients.post(person, `/bookings/${story.bookingId}/cancel`, {});
        if (answer.status !== 200)
          throw new Error(`cancelling: ${answer.status} ${JSON.stringify(answer.body)}`);
        story.cancelled = true;
      }
    }
    return stories;
  }

  /** @returns whether the booking was paid. A declined card is followed by a good one. */
  private async pay(person: Person, bookingId: string, paymentMethod: string): Promise<boolean> {
    const answer = await this.clients.post(person, '/payments', { bookingId, paymentMethod });
    if (answer.status === 402) return this.pay(person, bookingId, 'pm_ok');
    if (answer.status === 409 && answer.body.type === '/problems/payment-canceled')
      return this.pay(person, bookingId, paymentMethod);
    if (answer.status !== 201) throw new Error(`paying: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body.status === 'succeeded';
  }
}
