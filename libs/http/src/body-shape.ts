import type { FieldError } from '@app/kernel';

/** Deeper than any body of ours, and far from where recursive code, such as the validator's, overflows the stack: some 2,500. */
const MAX_DEPTH = 20;

/** More than any body of ours, and few enough for the validator, which takes seconds for what a megabyte can hold. */
const MAX_MEMBERS = 1_000;

interface Nested {
  readonly value: object;
  readonly path: readonly string[];
}

/**
 * What the validator cannot judge for itself: it recurses without a limit, words a refusal for each of any number of unknown fields, takes
 * a list in a list for one list, and a field named like a member of every object, e.g. `constructor` or `toString`, is to it not an unknown
 * one.
 */
export function shapeError(body: unknown): FieldError | undefined {
  let members = 0;
  const pending: Nested[] = isObject(body) ? [{ value: body, path: [] }] : [];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, path } = next;
    for (const [key, member] of Object.entries(value)) {
      members += 1;
      if (members > MAX_MEMBERS)
        return { field: path[0] ?? key, message: `must not have more than ${MAX_MEMBERS} members in all` };
      if (!Array.isArray(value) && (key in Object.prototype || key === 'prototype'))
        return { field: [...path, key].join('.'), message: `property ${key} should not exist` };
      if (!isObject(member)) continue;
      if (Array.isArray(value) && Array.isArray(member))
        return { field: [...path, key].join('.'), message: 'must not be a list in a list' };
      if (path.length >= MAX_DEPTH)
        return { field: path[0] ?? key, message: `must not be nested deeper than ${MAX_DEPTH} levels` };
      pending.push({ value: member, path: [...path, key] });
    }
  }
  return undefined;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
