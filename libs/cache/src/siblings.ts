/** What a cache is to forget: a key, or all that match a pattern (see `CacheService.deletePattern`). */
export type Forgotten = { readonly key: string } | { readonly pattern: string };

/**
 * The processes beside this one, which have a memory cache each. Whoever deletes here has them delete too before he goes on, so that a
 * client reads what it wrote whichever of them it asks next. Values that are set are not passed on, nor are counters.
 */
export abstract class Siblings {
  /** Resolves once all of them have forgotten it, or a little later all the same: a sibling that hangs delays nobody for long. */
  abstract forget(what: Forgotten): Promise<void>;

  /** @param forget is called when a sibling has something forgotten. */
  abstract whenTold(forget: (what: Forgotten) => Promise<void>): void;
}
