import { CONFIG, type Config } from '@app/config';
import type { ManualClock } from '@app/kernel';
import { MailQueue } from '@app/notifications';
import { MockNews } from '@app/payments';
import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { assortment } from './catalogue/assortment.js';
import { imagineDemand } from './demand.js';
import { History } from './history.js';
import { travellers, type Login } from './logins.js';
import { registerAll } from './people.js';
import { Random } from './random.js';
import { Shelves } from './shelves.js';
import { readStock } from './stock.js';
import { travellersFor, type ShopSize } from './shop-size.js';

/** The shop opened so many weeks ago. */
const PAST_WEEKS = 8;
const DAY_MS = 86_400_000;
const SEED = 20_261_101;

export type Stage = 'people' | 'trips' | 'bookings';
export type OnProgress = (stage: Stage, done: number, total: number) => void;

export interface Stocktaking extends ShopSize {
  readonly departures: number;
}

/** A shop of example vendors, trips and bookings, made by living through its history on a clock of its own. */
export class Shop {
  private readonly dataSource: DataSource;

  /** @param clock the application's own, which is moved back and then up to the `present`. */
  constructor(
    private readonly app: INestApplicationContext,
    private readonly clock: Pick<ManualClock, 'set'>,
    private readonly present: Date,
  ) {
    this.dataSource = app.get(DataSource);
    // Its webhooks would come from the past, to where nobody may listen; what happens here is settled without them.
    if (app.get<Config>(CONFIG).gateway === 'mock') app.get(MockNews).mute();
    // Its people are made up: nobody reads what would be written to them.
    app.get(MailQueue).mute();
  }

  /** Adds what is missing to `size`: nothing, the second time. @returns what was there before, and what is there now. */
  async fill(size: ShopSize, onProgress: OnProgress): Promise<{ there: Stocktaking; now: Stocktaking }> {
    const offers = assortment(size.trips);
    const openedAt = new Date(
      Math.floor((this.present.getTime() - PAST_WEEKS * 7 * DAY_MS) / DAY_MS) * DAY_MS,
    );
    this.clock.set(openedAt);

    const guests = travellers(travellersFor(size));
    const owners = [...new Set(offers.map(({ vendor }) => vendor.owner))];
    const people = [...owners, ...guests];
    const ids = await registerAll(this.app, people, counter('people', people.length, onProgress));
    const idsOf = (some: readonly Login[]) => some.map(({ email }) => ids.get(email) as string);
    const measure = () => this.measure(idsOf(owners), idsOf(guests));

    const there = await measure();
    const shelves = new Shelves(this.app, ids);
    await shelves.fill(offers, openedAt, counter('trips', offers.length, onProgress));
    const missing = size.bookings - there.bookings;
    if (missing > 0) {
      const intentions = imagineDemand(
        { count: missing, from: openedAt, to: this.present },
        await readStock(this.dataSource, idsOf(owners)),
        idsOf(guests),
        new Random(SEED + there.bookings),
      );
      const onBooking = counter('bookings', intentions.length, onProgress);
      await new History(this.app, this.clock, onBooking).live(intentions, this.present);
    }
    this.clock.set(this.present);
    return { there, now: await measure() };
  }

  private async measure(owners: readonly string[], guests: readonly string[]): Promise<Stocktaking> {
    const [taken] = await this.dataSource.query<[Stocktaking]>(
      /* sql */ `
      WITH trip AS (
        SELECT trips.id FROM trips JOIN vendor_members member USING (vendor_id)
        WHERE member.user_id = ANY ($1) AND member.role = 'owner'
      )
      SELECT (SELECT count(*)::int FROM trip) AS trips,
        (SELECT count(*)::int FROM departures WHERE trip_id IN (SELECT id FROM trip)) AS departures,
        (SELECT count(*)::int FROM bookings WHERE user_id = ANY ($2)) AS bookings`,
      [owners, guests],
    );
    return taken;
  }
}

function counter(stage: Stage, total: number, onProgress: OnProgress): () => void {
  let done = 0;
  return () => onProgress(stage, (done += 1), total);
}
