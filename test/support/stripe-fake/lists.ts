import type { Parameters } from './documented-parameters.js';
import { refused, resourceMissing } from './errors.js';
import type { StripeObject } from './object-store.js';

const LIMIT_MAX = 100;
const LIMIT_DEFAULT = 10;

/** A list object of Stripe's: a page of `found` (newest first), by `limit`, `starting_after` or `ending_before`, and `created`. */
export function page(found: readonly StripeObject[], url: string, parameters: Parameters) {
  const { limit = LIMIT_DEFAULT, starting_after: after, ending_before: before } = parameters;
  if (limit < 1 || limit > LIMIT_MAX)
    throw refused(`This value must be between 1 and ${LIMIT_MAX}.`, { param: 'limit' });
  const matching = found.filter(({ created }) => isWithin(created, parameters['created']));
  if (before !== undefined) {
    const end = positionOf(before, matching, 'ending_before');
    const start = Math.max(0, end - limit);
    return { object: 'list', url, has_more: start > 0, data: matching.slice(start, end) };
  }
  const start = after === undefined ? 0 : positionOf(after, matching, 'starting_after') + 1;
  const data = matching.slice(start, start + limit);
  return { object: 'list', url, has_more: start + limit < matching.length, data };
}

function positionOf(id: string, found: readonly StripeObject[], param: string): number {
  const position = found.findIndex((each) => each.id === id);
  if (position === -1) throw resourceMissing('object', id, param);
  return position;
}

function isWithin(created: number, range: number | Record<string, number> | undefined): boolean {
  if (range === undefined) return true;
  if (typeof range === 'number') return created === range;
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range;
  return created > gt && created >= gte && created < lt && created <= lte;
}
