import { randomBytes } from 'node:crypto';
import { refused, resourceMissing } from './errors.js';
import type { Parameters } from './documented-parameters.js';

/** One of Stripe's objects, with the fields of its kind. What refers to another holds its id. */
export interface StripeObject {
  readonly id: string;
  readonly object: string;
  readonly created: number;
  [field: string]: any;
}

export function newStripeId(prefix: string): string {
  return `${prefix}_${randomBytes(18).toString('base64').replaceAll(/[+/=]/g, '0')}`;
}

/** Everything that exists at the fake, in the order in which it came to be. */
export class ObjectStore {
  private readonly objects = new Map<string, StripeObject>();

  constructor(private readonly now: () => number) {}

  add(object: string, prefix: string, fields: Parameters): StripeObject {
    const id = newStripeId(prefix);
    const added = { id, object, created: Math.floor(this.now() / 1000), livemode: false, ...fields };
    this.objects.set(id, added);
    return added;
  }

  /** @param param the request's parameter that named it; `id` when it was in the path. */
  get(object: string, id: string, param = 'id'): StripeObject {
    const found = this.objects.get(id);
    if (found?.object !== object) throw resourceMissing(object, id, param);
    return found;
  }

  /** Newest first, as every list of Stripe's. */
  all(object: string): StripeObject[] {
    return [...this.objects.values()].filter((each) => each.object === object).reverse();
  }

  /** A copy for the outside, with the named references replaced by what they refer to, e.g. `latest_charge.balance_transaction`. */
  view(subject: object, expand: readonly string[] = []): any {
    const copy = structuredClone(subject) as Record<string, any>;
    for (const path of expand) this.expand(copy, path.split('.'), path);
    return copy;
  }

  private expand(into: Record<string, any>, [name = '', ...rest]: string[], path: string): void {
    const value: unknown = into[name];
    if (value === null) return;
    if (typeof value === 'string') {
      const found = this.objects.get(value);
      if (!found) throw notExpandable(path);
      into[name] = structuredClone(found);
    } else if (Array.isArray(value) && name === 'data') {
      for (const each of value as Record<string, any>[]) this.expand(each, rest, path);
      return;
    } else if (typeof value !== 'object') throw notExpandable(path);
    if (rest.length > 0) this.expand(into[name] as Record<string, any>, rest, path);
  }
}

function notExpandable(path: string): Error {
  return refused(`This property cannot be expanded (${path}).`, { param: 'expand' });
}
