import { isRefusal } from '@app/database';
import { RequestInProgress, Unavailable } from '@app/http';
import { Injectable } from '@nestjs/common';
import type { Booking } from './booking.entity.js';
import { DepartureClosed, DepartureSoldOut } from './booking.errors.js';
import { HoldExpiry } from './hold-expiry.js';
import type { Outcome, SeatClaim } from './seat-claim.js';
import { SeatClaims } from './seat-claims.js';

/** Claims that go to the database together. */
export const BATCH_SIZE = 50;
/** Those of one departure that wait in this process: some half a second, at the pace of a slow disk. */
export const LONGEST_LINE = 2_000;
/** How often other processes may be quicker between the look at the seats and the lock. */
const PATIENCE = 20;

interface Waiting {
  readonly claim: SeatClaim;
  readonly resolve: (answer: Booking | 'outdated') => void;
  readonly reject: (error: unknown) => void;
  /** Those with the same idempotency key that came while it waited. */
  repeats: Waiting[];
  timesOvertaken: number;
}

/**
 * Group commit (ADR 24): of each departure at most one statement of this process is under way. Who comes meanwhile waits, and goes in the
 * next one together with all others, in the order in which they came; a lone claim waits for nothing. Each has an answer of his own.
 */
@Injectable()
export class SeatQueue {
  /** By departure; there while a statement is under way. */
  private readonly lines = new Map<string, Waiting[]>();

  constructor(
    private readonly claims: SeatClaims,
    private readonly expiry: HoldExpiry,
  ) {}

  /**
   * @returns the booking; `outdated` when the trip has changed since its price was made.
   * @throws DepartureSoldOut, DepartureClosed; RequestInProgress when its idempotency key is taken; Unavailable when the line is too long.
   */
  book(departureId: string, claim: SeatClaim): Promise<Booking | 'outdated'> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { claim, resolve, reject, repeats: [], timesOvertaken: 0 };
      const line = this.lines.get(departureId);
      if (!line) void this.serve(departureId, [waiting]);
      else if (line.length < LONGEST_LINE) line.push(waiting);
      else reject(new Unavailable('too many are booking this departure at once', {}, 1));
    });
  }

  private async serve(departureId: string, line: Waiting[]): Promise<void> {
    this.lines.set(departureId, line);
    while (line.length > 0) line.unshift(...(await this.decide(departureId, takeBatch(line))));
    this.lines.delete(departureId);
  }

  /** Never rejects. @returns those who are to be asked for again, in their order. */
  private async decide(departureId: string, batch: readonly Waiting[]): Promise<Waiting[]> {
    let outcomes: Outcome[];
    try {
      const claims = batch.map(({ claim }) => claim);
      outcomes = await this.claims.book(departureId, claims);
    } catch (error) {
      // Whom the database refuses, e.g. for his key, does not cost the others theirs. All else is everybody's trouble: it may have committed.
      if (batch.length > 1 && isRefusal(error)) return this.decideOneByOne(departureId, batch);
      return refuse(batch, error);
    }
    return this.answer(departureId, batch, outcomes).catch((error: unknown) => refuse(batch, error));
  }

  private async decideOneByOne(departureId: string, batch: readonly Waiting[]): Promise<Waiting[]> {
    for (const each of batch) {
      let undecided = [each];
      while (undecided.length > 0) {
        const [next, ...others] = undecided as [Waiting, ...Waiting[]];
        undecided = [...(await this.decide(departureId, [next])), ...others];
      }
    }
    return [];
  }

  private async answer(
    departureId: string,
    batch: readonly Waiting[],
    outcomes: readonly Outcome[],
  ): Promise<Waiting[]> {
    const isOvertaken = outcomes.every(({ kind }) => kind === 'undecided');
    const again: Waiting[] = [];
    let areFreed: boolean | undefined;
    for (const [index, each] of batch.entries()) {
      const outcome = outcomes[index] as Outcome;
      const isHopeful = outcome.kind === 'sold-out' && outcome.mayYetHave;
      if (isHopeful) areFreed ??= (await this.expiry.expireLapsed(departureId)) > 0;
      if (isOvertaken) each.timesOvertaken += 1;
      again.push(...(isHopeful && areFreed ? [each] : settle(each, outcome)));
    }
    return again;
  }
}

/** Takes the first ones from the line, each idempotency key once. */
function takeBatch(line: Waiting[]): Waiting[] {
  const batch: Waiting[] = [];
  const byKey = new Map<string, Waiting>();
  while (batch.length < BATCH_SIZE) {
    const next = line.shift();
    if (!next) break;
    const { key } = next.claim;
    const name = key && `${key.actorId} ${key.key}`;
    const first = name && byKey.get(name);
    if (first) first.repeats.push(next);
    else batch.push(next);
    if (name && !first) byKey.set(name, next);
  }
  return batch;
}

/** @returns who is to be asked for again: himself, or those who repeat what was refused. */
function settle(waiting: Waiting, outcome: Outcome): Waiting[] {
  const { claim, repeats, resolve, reject } = waiting;
  switch (outcome.kind) {
    case 'booked':
      resolve(outcome.booking);
      return refuse(repeats, new RequestInProgress());
    case 'repeat':
      return refuse([waiting], new RequestInProgress());
    case 'undecided':
      if (waiting.timesOvertaken <= PATIENCE) return [waiting];
      return refuse([waiting], new Unavailable('others were quicker, again and again', {}, 1));
    case 'failed':
      return refuse([waiting], outcome.error);
    case 'outdated':
      resolve('outdated');
      return repeats;
    case 'closed':
      reject(new DepartureClosed());
      return repeats;
    case 'sold-out':
      reject(new DepartureSoldOut(claim.price.seats, outcome.seatsLeft));
      return repeats;
  }
}

/** Those who have their answer already keep it. @returns nobody. */
function refuse(refused: readonly Waiting[], error: unknown): [] {
  for (const { reject, repeats } of refused) {
    reject(error);
    refuse(repeats, error);
  }
  return [];
}
