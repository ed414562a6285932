import { isRefusal } from '@app/database';
import { RequestInProgress, Unavailable } from '@app/http';
import { Injectable } from '@nestjs/common';
import type { Booking } from './booking.entity.js';
import { DepartureClosed, DepartureSoldOut } from './booking.errors.js';
import { HoldExpiry } from './hold-expiry.js';
import type { Outcome, SeatClaim } from './seat-claim.js';
import { SeatClaims } from './seat-claims.js';
import { refuse, WaitingLine, type Waiting } from './waiting-line.js';

/** How often other processes may be quicker between the look at the seats and the lock. */
const PATIENCE = 20;

/**
 * Group commit (ADR 24, 28): of each departure at most one statement of this process is under way. Who comes meanwhile waits, and goes in the
 * next one together with all others, in the order in which they came; a lone claim waits for nothing. Each has an answer of his own.
 */
@Injectable()
export class SeatQueue {
  /** By departure; there while a statement is under way. */
  private readonly lines = new Map<string, WaitingLine>();

  constructor(
    private readonly claims: SeatClaims,
    private readonly expiry: HoldExpiry,
  ) {}

  /**
   * @returns the booking; `outdated` when the trip has changed since its price was made.
   * @throws DepartureSoldOut, DepartureClosed; RequestInProgress when its idempotency key is taken; Unavailable when the line is too long,
   * or does not move.
   */
  book(departureId: string, claim: SeatClaim): Promise<Booking | 'outdated'> {
    return new Promise((resolve, reject) => {
      const line = this.lines.get(departureId) ?? new WaitingLine(departureId);
      line.join(claim, { resolve, reject });
      if (!this.lines.has(departureId)) void this.serve(line);
    });
  }

  private async serve(line: WaitingLine): Promise<void> {
    this.lines.set(line.departureId, line);
    for (let batch = line.takeBatch(); batch.length > 0; batch = line.takeBatch()) {
      line.putBack(await this.decide(line, batch));
    }
    this.lines.delete(line.departureId);
  }

  /** Never rejects. @returns those who are to be asked for again, in their order. */
  private async decide(line: WaitingLine, batch: readonly Waiting[]): Promise<Waiting[]> {
    let outcomes: Outcome[];
    try {
      const claims = batch.map(({ claim }) => claim);
      outcomes = await this.claims.book(line.departureId, claims);
    } catch (error) {
      // Whom the database refuses, e.g. for his key, does not cost the others theirs. All else is everybody's trouble: it may have committed.
      if (batch.length > 1 && isRefusal(error))
        return batch.map((each) => Object.assign(each, { goesAlone: true }));
      return fail(line, batch, error);
    }
    return this.answer(line, batch, outcomes).catch((error: unknown) => fail(line, batch, error));
  }

  private async answer(
    line: WaitingLine,
    batch: readonly Waiting[],
    outcomes: readonly Outcome[],
  ): Promise<Waiting[]> {
    const isOvertaken = outcomes.every(({ kind }) => kind === 'undecided');
    const again: Waiting[] = [];
    let areFreed: boolean | undefined;
    for (const [index, each] of batch.entries()) {
      const outcome = outcomes[index] as Outcome;
      const isHopeful = outcome.kind === 'sold-out' && outcome.mayYetHave;
      if (isHopeful) areFreed ??= (await this.expiry.expireLapsed(line.departureId)) > 0;
      if (outcome.kind === 'failed') line.refuseAfter(outcome.error);
      if (isOvertaken) each.timesOvertaken += 1;
      again.push(...(isHopeful && areFreed ? [each] : settle(each, outcome)));
    }
    return again;
  }
}

/** @returns who is to be asked for again: himself, or those who repeat what was refused. */
function settle(waiting: Waiting, outcome: Outcome): Waiting[] {
  const { claim, repeats, resolve, reject } = waiting;
  switch (outcome.kind) {
    case 'booked':
      resolve(outcome.booking);
      return repeats.length > 0 ? refuse(repeats, new RequestInProgress()) : [];
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

/** @returns nobody. */
function fail(line: WaitingLine, batch: readonly Waiting[], error: unknown): [] {
  refuse(batch, error);
  line.refuseAfter(error);
  return [];
}
