import { Transactor, type Tx } from '@app/database';
import fc from 'fast-check';
import { Catalogue } from '../../../../test/support/catalogue.js';
import { sellingTrip, type SellingTrip } from '../../../../test/support/trips.js';
import { Departures } from './departures.repository.js';

/** The seats of a departure, moved by many at once on a real PostgreSQL. */
describe('seats', () => {
  let catalogue: Catalogue;
  let departures: Departures;
  let trip: SellingTrip;

  beforeAll(async () => {
    catalogue = await Catalogue.open();
    departures = catalogue.get(Departures);
    trip = await sellingTrip(catalogue, { bookingCutoffMinutes: 60 });
  });
  afterAll(() => catalogue.close());

  const inTransaction = <T>(work: (tx: Tx) => Promise<T>) => catalogue.get(Transactor).run(work);
  const now = () => catalogue.clock.now();
  const hold = (id: string, seats: number) => inTransaction((tx) => departures.hold(id, seats, now(), tx));
  const claim = (id: string, seats: number) =>
    inTransaction((tx) => departures.claimBooked(id, seats, now(), tx));
  const seatsOf = async (id: string) => {
    const { seatsHeld, seatsBooked } = (await departures.find(id))!;
    return { held: seatsHeld, booked: seatsBooked };
  };

  it('are held by exactly as many as there are', async () => {
    const id = await trip.departure({ capacity: 10 });
    const answers = await Promise.all(Array.from({ length: 50 }, () => hold(id, 1)));
    expect(answers.filter(Boolean)).toHaveLength(10);
    expect(await seatsOf(id)).toEqual({ held: 10, booked: 0 });
  });

  it('are held all together or not at all', async () => {
    const id = await trip.departure({ capacity: 10 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => hold(id, 3)));
    expect(answers.filter(Boolean)).toHaveLength(3);
    expect(await seatsOf(id)).toEqual({ held: 9, booked: 0 });
  });

  it('are booked, given back and held again', async () => {
    const id = await trip.departure({ capacity: 3 });
    await hold(id, 2);
    await inTransaction((tx) => departures.confirmHeld(id, 2, tx));
    expect(await seatsOf(id)).toEqual({ held: 0, booked: 2 });
    await hold(id, 1);
    expect(await hold(id, 1)).toBe(false);
    await inTransaction((tx) => departures.releaseHeld(id, 1, tx));
    await inTransaction((tx) => departures.releaseBooked(id, 2, tx));
    expect(await hold(id, 3)).toBe(true);
  });

  it('are claimed at once for money that came late, if there are any', async () => {
    const id = await trip.departure({ capacity: 3 });
    await hold(id, 2);
    expect(await claim(id, 2)).toBe(false);
    expect(await claim(id, 1)).toBe(true);
    expect(await seatsOf(id)).toEqual({ held: 2, booked: 1 });
  });

  it('are given back on many departures at once', async () => {
    const [one, two, none] = [await trip.departure(), await trip.departure(), await trip.departure()];
    await Promise.all([hold(one, 3), hold(two, 2), hold(none, 1)]);
    await inTransaction(async (tx) => {
      await departures.lockInOrder([two, one], tx);
      await departures.releaseHeldOf(
        new Map([
          [two, 2],
          [one, 1],
        ]),
        tx,
      );
      await departures.releaseHeldOf(new Map(), tx);
    });
    expect(await Promise.all([one, two, none].map(seatsOf))).toEqual([
      { held: 2, booked: 0 },
      { held: 0, booked: 0 },
      { held: 1, booked: 0 },
    ]);
  });

  it('do not sell from the cutoff on', async () => {
    const id = await trip.departure({ capacity: 3 });
    const { cutoffAt } = (await departures.find(id))!;
    const holdAt = (instant: Date) => inTransaction((tx) => departures.hold(id, 1, instant, tx));
    expect(await holdAt(new Date(cutoffAt.getTime() - 1))).toBe(true);
    expect(await holdAt(cutoffAt)).toBe(false);
    expect(await inTransaction((tx) => departures.claimBooked(id, 1, cutoffAt, tx))).toBe(false);
  });

  it.each(['closed', 'cancelled', 'done'])('do not sell when the departure is %s', async (status) => {
    const id = await trip.departure({ capacity: 3 });
    await catalogue.query('UPDATE departures SET status = $2 WHERE id = $1', [id, status]);
    expect(await hold(id, 1)).toBe(false);
    expect(await claim(id, 1)).toBe(false);
  });

  it('do not sell when the trip is not listed', async () => {
    const id = await trip.departure({ capacity: 3 });
    await catalogue.query('UPDATE departures SET sellable = false WHERE id = $1', [id]);
    expect(await hold(id, 1)).toBe(false);
    expect(await claim(id, 1)).toBe(false);
  });

  it('are never given back twice: the constraint has the last word', async () => {
    const id = await trip.departure({ capacity: 3 });
    await hold(id, 1);
    await expect(inTransaction((tx) => departures.releaseHeld(id, 2, tx))).rejects.toThrow(
      'departures_seats_check',
    );
    await expect(inTransaction((tx) => departures.confirmHeld(id, 2, tx))).rejects.toThrow(
      'departures_seats_check',
    );
    await expect(inTransaction((tx) => departures.releaseBooked(id, 1, tx))).rejects.toThrow(
      'departures_seats_check',
    );
    expect(await seatsOf(id)).toEqual({ held: 1, booked: 0 });
  });

  it('stay within the capacity whatever is done, in whatever order, by many at once', async () => {
    const move = fc.record({
      kind: fc.constantFrom('hold', 'releaseHeld', 'confirmHeld', 'claimBooked', 'releaseBooked', 'capacity'),
      seats: fc.integer({ min: 0, max: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(move, { minLength: 1, maxLength: 6 }), { maxLength: 8 }),
        async (rounds) => {
          const id = await trip.departure({ capacity: 8 });
          for (const moves of rounds) {
            await Promise.allSettled(
              moves.map(({ kind, seats }) =>
                inTransaction<unknown>((tx) => {
                  if (kind === 'hold' || kind === 'claimBooked')
                    return departures[kind](id, seats, now(), tx);
                  if (kind === 'capacity')
                    return tx.query('UPDATE departures SET capacity = $2 WHERE id = $1', [id, seats]);
                  return departures[kind as 'releaseHeld'](id, seats, tx);
                }),
              ),
            );
            const { seatsHeld, seatsBooked, capacity } = (await departures.find(id))!;
            expect(Math.min(seatsHeld, seatsBooked)).toBeGreaterThanOrEqual(0);
            expect(seatsHeld + seatsBooked).toBeLessThanOrEqual(capacity);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
