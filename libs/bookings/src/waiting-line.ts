import { isRefusal, isTransient } from '@app/database';
import { Unavailable } from '@app/http';
import type { Booking } from './booking.entity.js';
import type { SeatClaim } from './seat-claim.js';

/** Claims that go to the database together. */
export const BATCH_SIZE = 50;
/** Those of one departure that wait in this process: some half a second, at the pace of a slow disk. */
export const LONGEST_LINE = 2_000;
/** Who still waits then has most likely left, or sent his request again: seats would be held for nobody. */
export const LONGEST_WAIT_MS = 5_000;

export interface Waiting {
  readonly claim: SeatClaim;
  readonly resolve: (answer: Booking | 'outdated') => void;
  readonly reject: (error: unknown) => void;
  /** Of the monotonic clock. */
  readonly sinceMs: number;
  /** Those with the same idempotency key that came while it waited. */
  repeats: Waiting[];
  timesOvertaken: number;
  /** Was in a batch that the database has refused for the sake of one of it. */
  goesAlone: boolean;
}

/** Those who wait for seats of a departure, in the order in which they came. Whoever is refused here is in no statement that is under way. */
export class WaitingLine {
  private waiting: Waiting[] = [];

  constructor(readonly departureId: string) {}

  /** Refuses him when the line is too long. */
  join(claim: SeatClaim, { resolve, reject }: Pick<Waiting, 'resolve' | 'reject'>): void {
    if (this.waiting.length >= LONGEST_LINE)
      return reject(unavailable('too many are booking this departure at once'));
    const sinceMs = performance.now();
    this.waiting.push({ claim, resolve, reject, sinceMs, repeats: [], timesOvertaken: 0, goesAlone: false });
  }

  /** Those who are to be asked for again go first. */
  putBack(first: readonly Waiting[]): void {
    this.waiting.unshift(...first);
  }

  /** Takes the first ones, each idempotency key once, having refused who has waited too long. */
  takeBatch(): Waiting[] {
    this.refuseLate();
    const batch: Waiting[] = [];
    const byKey = new Map<string, Waiting>();
    while (batch.length < BATCH_SIZE && !batch[0]?.goesAlone) {
      const [next] = this.waiting;
      if (!next || (next.goesAlone && batch.length > 0)) break;
      this.waiting.shift();
      const { key } = next.claim;
      const name = key && `${key.actorId} ${key.key}`;
      const first = name && byKey.get(name);
      if (first) first.repeats.push(next);
      else batch.push(next);
      if (name && !first) byKey.set(name, next);
    }
    return batch;
  }

  /**
   * What a batch failed of after half a minute, the next one would most likely fail of, too, and who is last in line would wait for all of
   * them: everybody who waits by now is told at once.
   */
  refuseAfter(error: unknown): void {
    if (!isTransient(error) || isRefusal(error)) return;
    for (const each of this.waiting.splice(0))
      refuse([each], unavailable('bookings of this departure are stuck just now'));
  }

  private refuseLate(): void {
    const latestMs = performance.now() - LONGEST_WAIT_MS;
    const isLate = ({ sinceMs }: Waiting) => sinceMs < latestMs;
    const late = this.waiting.filter(isLate);
    if (late.length === 0) return;
    this.waiting = this.waiting.filter((each) => !isLate(each));
    for (const each of late)
      refuse([each], unavailable('it was not your turn in time: too many are booking this departure'));
  }
}

/** Those who have their answer already keep it. @returns nobody. */
export function refuse(refused: readonly Waiting[], error: unknown): [] {
  for (const { reject, repeats } of refused) {
    reject(error);
    refuse(repeats, error);
  }
  return [];
}

const unavailable = (why: string) => new Unavailable(why, {}, 1);
