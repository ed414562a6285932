import { Balance } from './balance.js';
import { EventLog } from './event-log.js';
import { ObjectStore } from './object-store.js';

/** What all resources of one fake share. */
export class World {
  readonly objects: ObjectStore;
  readonly events: EventLog;
  readonly balance: Balance;

  /** @param now in milliseconds since the epoch. */
  constructor(readonly now: () => number) {
    this.objects = new ObjectStore(now);
    this.events = new EventLog(now);
    this.balance = new Balance(this.objects, now);
  }
}
