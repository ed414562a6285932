import { Unavailable, type IdempotentRequest } from '@app/http';
import { DatabaseError } from 'pg';
import { QueryFailedError } from 'typeorm';
import type { Booking } from './booking.entity.js';
import { DepartureClosed, DepartureSoldOut } from './booking.errors.js';
import type { HoldExpiry } from './hold-expiry.js';
import type { Outcome, SeatClaim } from './seat-claim.js';
import type { SeatClaims } from './seat-claims.js';
import { SeatQueue } from './seat-queue.js';
import { BATCH_SIZE, LONGEST_LINE, LONGEST_WAIT_MS } from './waiting-line.js';

const DEPARTURE = 'departure';

/** A database that answers when it is told to. */
class Database {
  readonly batches: string[][] = [];
  readonly expireLapsed = jest.fn(() => Promise.resolve(0));
  private under: {
    claims: readonly SeatClaim[];
    end: (outcomes: Outcome[]) => void;
    fail: (e: Error) => void;
  }[] = [];
  readonly queue = new SeatQueue(
    { book: (_: string, claims: readonly SeatClaim[]) => this.begin(claims) } as unknown as SeatClaims,
    { expireLapsed: this.expireLapsed } as unknown as HoldExpiry,
  );

  claim(name: string, key?: string): Promise<string> {
    const request = key ? ({ actorId: 'ada', key } as IdempotentRequest) : undefined;
    const claim = { actor: { id: name }, key: request, price: { seats: 1 } } as unknown as SeatClaim;
    const booked = this.queue.book(DEPARTURE, claim);
    return booked.then(
      (answer) => (answer === 'outdated' ? answer : answer.id),
      (error: Error) => `${name}: ${error.constructor.name}`,
    );
  }

  /** Ends the statement that is under way. @param outcome of each of its claims; booked unless given. */
  async answer(outcome: (name: string) => Outcome | Error = booked): Promise<void> {
    const { claims, end, fail } = this.under.shift()!;
    const outcomes = claims.map(({ actor }) => outcome(actor.id));
    const error = outcomes.find((each) => each instanceof Error);
    if (error) fail(error);
    else end(outcomes as Outcome[]);
    await new Promise((resolve) => setImmediate(resolve));
  }

  private begin(claims: readonly SeatClaim[]): Promise<Outcome[]> {
    this.batches.push(claims.map(({ actor }) => actor.id));
    return new Promise((end, fail) => this.under.push({ claims, end, fail }));
  }
}

const booked = (name: string): Outcome => ({ kind: 'booked', booking: { id: name } as Booking });
/** What PostgreSQL has answered. */
const refusal = (code: string) =>
  new QueryFailedError('', [], Object.assign(new DatabaseError('refused', 0, 'error'), { code }));
const soldOut = (mayYetHave = false): Outcome => ({ kind: 'sold-out', seatsLeft: 0, mayYetHave });

describe('the line for a departure', () => {
  let database: Database;
  let nowMs = 0;
  beforeEach(() => {
    database = new Database();
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
  });
  afterEach(() => jest.restoreAllMocks());

  it('lets a lone claim wait for nothing, and takes together those who came meanwhile, in their order', async () => {
    const answers = ['a', 'b', 'c', 'd'].map((name) => database.claim(name));
    expect(database.batches).toEqual([['a']]);

    await database.answer();
    expect(database.batches).toEqual([['a'], ['b', 'c', 'd']]);
    await database.answer();

    expect(await Promise.all(answers)).toEqual(['a', 'b', 'c', 'd']);
    void database.claim('e');
    expect(database.batches.at(-1)).toEqual(['e']);
  });

  it('takes so many at once, and no more than so many wait', async () => {
    const answers = Array.from({ length: LONGEST_LINE + 2 }, (_, index) => database.claim(`${index}`));
    expect(await answers.at(-1)).toBe(`${LONGEST_LINE + 1}: ${Unavailable.name}`);

    while (database.batches.flat().length < LONGEST_LINE + 1) await database.answer();
    await database.answer();

    expect(Math.max(...database.batches.map(({ length }) => length))).toBe(BATCH_SIZE);
    expect(database.batches.flat()).toEqual(
      Array.from({ length: LONGEST_LINE + 1 }, (_, index) => `${index}`),
    );
  });

  it('gives each an answer of his own, and asks again for those who were not decided, before who came later', async () => {
    const answers = ['first', 'big', 'small', 'closed', 'old'].map((name) => database.claim(name));
    await database.answer();
    const late = database.claim('late');
    await database.answer((name) => {
      if (name === 'big') return soldOut();
      if (name === 'closed') return { kind: 'closed' };
      return name === 'old' ? { kind: 'outdated' } : { kind: 'undecided' };
    });
    expect(database.batches.at(-1)).toEqual(['small', 'late']);
    await database.answer();

    expect(await Promise.all([...answers, late])).toEqual([
      'first',
      `big: ${DepartureSoldOut.name}`,
      'small',
      `closed: ${DepartureClosed.name}`,
      'outdated',
      'late',
    ]);
  });

  it.each([
    ['his key', '23505'],
    ['a deadlock over his key', '40P01'],
  ])('does not let one whom the database refuses, for %s, cost the others theirs', async (_, code) => {
    const refuse = (name: string) => (name === 'c' ? refusal(code) : booked(name));
    const answers = ['a', 'b', 'c', 'd'].map((name) => database.claim(name));
    await database.answer();
    for (let statement = 0; statement < 4; statement += 1) await database.answer(refuse);

    expect(database.batches).toEqual([['a'], ['b', 'c', 'd'], ['b'], ['c'], ['d']]);
    expect(await Promise.all(answers)).toEqual(['a', 'b', `c: ${QueryFailedError.name}`, 'd']);
  });

  it.each(['ECONNRESET', 'EHOSTUNREACH', 'ERR_SSL_BAD_RECORD_TYPE'])(
    'tells all that the connection was lost (%s), for it may have booked them, and goes on',
    async (code) => {
      const lost = new QueryFailedError('', [], Object.assign(new Error('lost'), { code }));
      const answers = ['a', 'b', 'c'].map((name) => database.claim(name));
      await database.answer();
      await database.answer(() => lost);

      expect(await Promise.all(answers)).toEqual([
        'a',
        `b: ${QueryFailedError.name}`,
        `c: ${QueryFailedError.name}`,
      ]);
      void database.claim('d');
      expect(database.batches.at(-1)).toEqual(['d']);
    },
  );

  it('tells whoever has waited too long, once the statement before him is over, and never asks for him again', async () => {
    const early = ['a', 'b', 'c'].map((name) => database.claim(name));
    await database.answer();
    const late = ['d', 'e'].map((name) => database.claim(name));
    nowMs += LONGEST_WAIT_MS;
    const inTime = ['f', 'g'].map((name) => database.claim(name));
    nowMs += 1;
    await database.answer((name) => (name === 'b' ? { kind: 'undecided' } : booked(name)));
    await database.answer();

    expect(await Promise.all([...early, ...late, ...inTime])).toEqual([
      'a',
      `b: ${Unavailable.name}`,
      'c',
      `d: ${Unavailable.name}`,
      `e: ${Unavailable.name}`,
      'f',
      'g',
    ]);
    expect(database.batches).toEqual([['a'], ['b', 'c'], ['f', 'g']]);
  });

  it.each([
    ['its statement took too long', refusal('57014')],
    ['no connection became free', new Error('timeout exceeded when trying to connect')],
  ])('tells all who wait by then when %s, and goes on with who comes after', async (_, error) => {
    const answers = Array.from({ length: 2 * BATCH_SIZE + 1 }, (__, index) => database.claim(`${index}`));
    await database.answer();
    await database.answer(() => error);
    const told = await Promise.all(answers);
    const after = database.claim('after');
    await database.answer();

    expect(told.slice(0, BATCH_SIZE + 1)).toEqual([
      '0',
      ...told.slice(1, BATCH_SIZE + 1).map((__, index) => `${index + 1}: ${error.constructor.name}`),
    ]);
    expect(told.slice(BATCH_SIZE + 1).map((each) => each.split(': ')[1])).toEqual(
      Array.from({ length: BATCH_SIZE }, () => Unavailable.name),
    );
    expect(await after).toBe('after');
    expect(database.batches.map(({ length }) => length)).toEqual([1, BATCH_SIZE, 1]);
  });

  it('tells them, too, when only the reason of a refusal could not be had', async () => {
    const answers = ['a', 'b'].map((name) => database.claim(name));
    await database.answer(() => ({ kind: 'failed', error: refusal('57014') }));

    expect(await Promise.all(answers)).toEqual([`a: ${QueryFailedError.name}`, `b: ${Unavailable.name}`]);
  });

  it('does not try one by one what is stuck', async () => {
    const answers = ['a', 'b', 'c', 'd'].map((name) => database.claim(name));
    await database.answer();
    await database.answer(() => refusal('40P01'));
    const late = database.claim('e');
    await database.answer();
    await database.answer(() => refusal('57014'));

    expect(await Promise.all([...answers, late])).toEqual([
      'a',
      'b',
      `c: ${QueryFailedError.name}`,
      `d: ${Unavailable.name}`,
      `e: ${Unavailable.name}`,
    ]);
    expect(database.batches).toEqual([['a'], ['b', 'c', 'd'], ['b'], ['c']]);
  });

  it('sends a repeated key once: its repeats are replays if it was booked, and have their turn if not', async () => {
    const answers = [database.claim('a'), database.claim('b', 'k'), database.claim('again', 'k')];
    await database.answer();
    expect(database.batches.at(-1)).toEqual(['b']);
    const others = [database.claim('c', 'l'), database.claim('once more', 'l')];
    await database.answer();
    expect(database.batches.at(-1)).toEqual(['c']);
    await database.answer(() => soldOut());
    expect(database.batches.at(-1)).toEqual(['once more']);
    await database.answer();

    expect(await Promise.all([...answers, ...others])).toEqual([
      'a',
      'b',
      'again: RequestInProgress',
      `c: ${DepartureSoldOut.name}`,
      'once more',
    ]);
  });

  it('has lapsed holds released once for all who want their seats, and only when there are any', async () => {
    const without = database.claim('without');
    await database.answer(() => soldOut());
    expect(await without).toBe(`without: ${DepartureSoldOut.name}`);
    expect(database.expireLapsed).not.toHaveBeenCalled();

    database.expireLapsed.mockResolvedValueOnce(1);
    const answers = ['a', 'b', 'c'].map((name) => database.claim(name));
    await database.answer();
    await database.answer(() => soldOut(true));
    expect(database.expireLapsed).toHaveBeenCalledTimes(1);
    expect(database.batches.at(-1)).toEqual(['b', 'c']);
    await database.answer((name) => (name === 'b' ? booked(name) : soldOut(true)));

    expect(await Promise.all(answers)).toEqual(['a', 'b', `c: ${DepartureSoldOut.name}`]);
  });

  it('gives up on who is overtaken time and again', async () => {
    const answer = database.claim('slow');
    for (let statement = 0; statement <= 20; statement += 1)
      await database.answer(() => ({ kind: 'undecided' }));

    expect(await answer).toBe(`slow: ${Unavailable.name}`);
  });
});
