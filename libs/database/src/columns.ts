import type { ValueTransformer } from 'typeorm';

/** `bigint` arrives from pg as a string; our amounts are safe integers. @throws RangeError rather than losing a digit. */
export const bigintColumn: ValueTransformer = {
  to: (value: number | null) => value,
  from: (value: string | null) => (value === null ? null : toSafeInteger(value)),
};

/** Reads a `bigint` or `numeric` sum from hand-written SQL. @throws RangeError beyond 2^53. */
export function toSafeInteger(value: string | number): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${value} is beyond what a number holds exactly`);
  return number;
}
