const LONGEST_MS = 6 * 60 * 60_000;

/**
 * How long to wait after an attempt has failed: e^attempt seconds, six hours at most, and up to half as much again by chance, so that
 * what failed together does not come back together.
 * @param attempt that has just failed, from 1 on: then 2.7 to 4.1 s, 7.4 to 11 s, 20 to 30 s, ...
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  return Math.round(Math.min(Math.exp(attempt) * 1000, LONGEST_MS) * (1 + random() / 2));
}
