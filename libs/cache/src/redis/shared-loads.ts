import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { jsonOf, type Envelope } from '../envelope.js';
import type { Taken } from './redis-entries.js';

/** How long one process waits for what another one loads, looking again and again: 150 ms in all. */
const PAUSES_MS = [5, 10, 20, 40, 75];

/** Undefined when Redis does not answer. */
export interface Leases {
  take(key: string, lease: string): Promise<Taken | undefined>;
  settle(key: string, lease: string, loaded: Envelope | undefined): Promise<unknown>;
}

interface Load {
  readonly begunAt: number;
  /** Ours, or that of another process, seen before our load began: as long as it stands, the key has not been changed since. */
  readonly leases: Set<string>;
  readonly result: Promise<string | undefined>;
}

/**
 * Loads of missing values: shared within the process, and kept under leases (Nishtala et al., Scaling Memcache at Facebook, NSDI 2013,
 * section 3.2.1). A lease stands in the place of the value, so whoever deletes or writes the key ends it, in whatever process; what
 * was loaded under a lease that has ended is not kept, and those who come after are not given it. Who finds the lease of another
 * process waits a while for the value, and then loads for himself, keeping nothing.
 */
export class SharedLoads {
  private readonly loads = new Map<string, Load>();
  private readonly process = randomUUID();
  private turn = 0;

  /** To be taken before looking for the value: a load that begins after it is good for whoever arrived. */
  arrive(): number {
    return ++this.turn;
  }

  /**
   * @param arrivedAt of {@link arrive}. @param found the lease that stood in the value's place, if any.
   * @returns the loaded value as JSON.
   */
  join(
    key: string,
    arrivedAt: number,
    found: string | undefined,
    leases: Leases,
    load: () => Promise<Envelope | undefined>,
  ): Promise<string | undefined> {
    const underWay = this.loads.get(key);
    if (underWay && (underWay.begunAt > arrivedAt || (found && underWay.leases.has(found))))
      return underWay.result;

    const begunAt = ++this.turn;
    const lease = `${this.process}:${begunAt}`;
    const seen = new Set([lease]);
    const result = this.run(key, lease, seen, leases, load).finally(() => {
      if (this.loads.get(key) === begun) this.loads.delete(key);
    });
    const begun: Load = { begunAt, leases: seen, result };
    this.loads.set(key, begun);
    return result;
  }

  private async run(
    key: string,
    lease: string,
    seen: Set<string>,
    leases: Leases,
    load: () => Promise<Envelope | undefined>,
  ): Promise<string | undefined> {
    const taken = await this.takeOrWait(key, lease, seen, leases);
    if (taken && 'json' in taken) return taken.json;
    if (!taken || 'busy' in taken) return inJson(await load());

    let loaded: Envelope | undefined;
    try {
      loaded = await load();
    } finally {
      await leases.settle(key, lease, loaded);
    }
    return inJson(loaded);
  }

  private async takeOrWait(
    key: string,
    lease: string,
    seen: Set<string>,
    leases: Leases,
  ): Promise<Taken | undefined> {
    let taken = await leases.take(key, lease);
    for (const pauseMs of PAUSES_MS) {
      if (!taken || !('busy' in taken)) break;
      seen.add(taken.busy);
      await sleep(pauseMs);
      taken = await leases.take(key, lease);
    }
    if (taken && 'busy' in taken) seen.add(taken.busy);
    return taken;
  }
}

const inJson = (loaded: Envelope | undefined) => loaded && jsonOf(loaded);
