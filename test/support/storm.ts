import type { Deployment } from './deployment.js';
import { InsistentClients } from './insistent-clients.js';
import { expectOk, inDays, TRIP, type Person, type Shop } from './shop.js';

const TRAVELLERS = 8;
const DEPARTURES_OF_A_TRIP = 4;
/** One in so many is paid for in advance, and cancelled meanwhile: it is a handler that then moves the money. */
const PAID_OF = 10;
const CANCELLED_OF = 3;

interface Told {
  readonly id: string;
  status: 'pending' | 'confirmed' | 'cancelled';
}

interface Offer {
  readonly departure: { id: string };
  readonly unitId: string;
  /** Of what is booked here. */
  readonly status: 'pending' | 'confirmed';
}

/**
 * Travellers who book, some for nothing and so confirmed at once, and some of whom think better of it, while the processes of a
 * deployment are killed at any moment: at random, but in rounds, so that each has its turn.
 */
export class Storm {
  /** What the clients were told, last. */
  readonly told: Told[] = [];
  readonly kills: string[] = [];
  private readonly clients: InsistentClients;
  private readonly paid = new Map<Person, Told[]>();
  private turn = 0;

  private constructor(
    private readonly deployment: Deployment,
    private readonly workers: number,
    private readonly bookings: number,
    private readonly people: readonly Person[],
    private readonly offers: readonly Offer[],
  ) {
    this.clients = new InsistentClients(deployment);
  }

  /** Arranges everything, with all processes alive. */
  static async gather(
    deployment: Deployment,
    workers: number,
    shop: Shop,
    vendor: Person,
    bookings: number,
  ): Promise<Storm> {
    const people = await Promise.all(Array.from({ length: TRAVELLERS }, () => shop.traveller()));
    const offers: Offer[] = [];
    for (const [amount, status] of [
      [10_000, 'pending'],
      [0, 'confirmed'],
    ] as const) {
      const units = [{ type: 'adult', price: { amount, currency: 'USD' } }];
      const trip = await shop.trip(vendor, { ...TRIP, units });
      for (let day = 30; day < 30 + DEPARTURES_OF_A_TRIP; day += 1) {
        const departure = await shop.departure(vendor, trip.id, 2 * bookings, inDays(day));
        offers.push({ departure, unitId: trip.units[0].id, status });
      }
    }
    const storm = new Storm(deployment, workers, bookings, people, offers);
    await Promise.all(people.map((person) => storm.payAhead(person, shop)));
    return storm;
  }

  /**
   * Until everyone has booked, each process was killed, and all of them are up again.
   * @param calm how many answers there are between two kills, on average.
   */
  async rage(calm: number): Promise<void> {
    let isOver = false;
    const travelling = Promise.all(this.people.map((person) => this.travel(person))).finally(() => {
      isOver = true;
    });
    const [, restarts] = await Promise.all([travelling, this.killAll(calm, travelling, () => isOver)]);
    await Promise.all(restarts);
  }

  private async payAhead(person: Person, shop: Shop): Promise<void> {
    const mine: Told[] = [];
    this.paid.set(person, mine);
    while (mine.length * TRAVELLERS * PAID_OF < this.bookings) {
      const { id } = await shop.book(person, this.offers[0]!);
      await shop.pay(person, id);
      mine.push({ id, status: 'confirmed' });
    }
    this.told.push(...mine);
  }

  private async travel(person: Person): Promise<void> {
    const paid = this.paid.get(person)!.values();
    while (this.turn < this.bookings) {
      const turn = (this.turn += 1);
      const { departure, unitId, status } = this.offers[turn % this.offers.length]!;
      const booking = { departureId: departure.id, items: [{ unitId, quantity: 1 }] };
      const { id } = expectOk(await this.clients.post(person, '/bookings', booking));
      const told: Told = { id, status };
      this.told.push(told);
      if (turn % CANCELLED_OF === 0) await this.cancel(person, told);
      if (turn % PAID_OF === 0) await this.cancel(person, paid.next().value);
    }
    for (const told of paid) await this.cancel(person, told);
  }

  private async cancel(person: Person, told?: Told): Promise<void> {
    if (!told) return;
    told.status = expectOk(await this.clients.post(person, `/bookings/${told.id}/cancel`, {})).status;
  }

  /** @returns the restarts, of which some may be under way. */
  private async killAll(
    calm: number,
    end: Promise<unknown>,
    isOver: () => boolean,
  ): Promise<Promise<void>[]> {
    const restarts: Promise<void>[] = [];
    while (!isOver()) {
      for (const victim of shuffled(this.workers + 1)) {
        await Promise.race([this.clients.answered(1 + Math.floor(2 * calm * Math.random())), end]);
        const restart = this.crash(victim);
        restart.catch(() => undefined); // whoever waits for it hears of it
        restarts.push(restart);
      }
    }
    return restarts;
  }

  private crash(victim: number): Promise<void> {
    this.kills.push(victim === 0 ? 'api' : `worker ${victim}`);
    return victim === 0 ? this.deployment.crash() : this.deployment.crashWorker(victim - 1);
  }
}

function shuffled(count: number): number[] {
  return Array.from({ length: count }, (_, index) => ({ index, rank: Math.random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ index }) => index);
}
