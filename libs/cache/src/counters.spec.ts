import { ManualClock } from '@app/kernel';
import { Counters } from './counters.js';

const MOST = 100;
const MINUTE = { ttlMs: 60_000 };

describe('counters that are too many', () => {
  let clock: ManualClock;
  let counters: Counters;
  beforeEach(() => {
    clock = new ManualClock();
    counters = new Counters(clock, MOST);
  });

  const fill = (by: number, name: string) => {
    for (let n = 0; n < MOST; n++) counters.increment(`${name}:${n}`, { by, ...MINUTE });
  };
  const left = (name: string) =>
    Array.from({ length: MOST }, (_, n) => n).filter((n) => counters.find(`${name}:${n}`)).length;

  it('go when their window is over, before any other does', () => {
    for (let n = 0; n < MOST / 2; n++) counters.increment(`over:${n}`, { by: 5, ttlMs: 1_000 });
    for (let n = 0; n < MOST / 2; n++) counters.increment(`going on:${n}`, MINUTE);
    clock.advance(1_000);
    counters.increment('one more', MINUTE);

    expect(left('going on')).toBe(MOST / 2);
  });

  it('go by how little they count, so that cheap ones push out nobody who is near his limit', () => {
    counters.increment('guessed at', { by: 9, ...MINUTE });
    for (let round = 0; round < 10; round++) fill(1, `cheap ${round}`);

    expect(counters.increment('guessed at', MINUTE)).toBe(10);
    expect(left('cheap 9')).toBeGreaterThan(MOST / 2);
  });

  it('are never more, however far they count', () => {
    const names = ['few', 'many', 'most'];
    for (const [index, name] of names.entries()) fill(1_000 ** (index + 1), name);

    expect(names.reduce((sum, name) => sum + left(name), 0)).toBeLessThanOrEqual(MOST);
    expect(left('most')).toBe(MOST);
  });
});
