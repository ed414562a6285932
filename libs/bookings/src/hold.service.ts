import type { Json } from '@app/cache';
import { ResourceNotFound, Unavailable, type Actor, type IdempotentRequest } from '@app/http';
import { DomainError } from '@app/kernel';
import { Quotes, type QuoteSource } from '@app/trips';
import { Injectable } from '@nestjs/common';
import type { CreateBooking } from './booking.dto.js';
import type { Booking } from './booking.entity.js';
import { priceItems } from './pricing.js';
import type { SeatClaim } from './seat-claim.js';
import { SeatQueue } from './seat-queue.js';

/** How often a trip may change between its quote and its booking. */
const QUOTES = 5;

/** Makes bookings: seats held for a traveller at the server's price. */
@Injectable()
export class HoldService {
  constructor(
    private readonly quotes: Quotes,
    private readonly queue: SeatQueue,
  ) {}

  /**
   * A booking whose total is 0 is confirmed at once. The price is that of a remembered quote, if there is one: where seats are taken, the
   * database refuses it if it is no longer the trip's, and then it is quoted anew.
   * @param key is written with the booking. @throws RequestInProgress when it was written before.
   * @throws ResourceNotFound, InvalidRequest, DepartureSoldOut, DepartureClosed; Unavailable in a crush.
   */
  async hold(actor: Actor, request: CreateBooking, key?: IdempotentRequest): Promise<Booking> {
    let claim = await this.priced(actor, request, key);
    for (let quoted = 1; quoted <= QUOTES; quoted += 1) {
      const answer = await this.queue.book(request.departureId, claim);
      if (answer !== 'outdated') return answer;
      claim = claimOf(actor, request, await this.quotes.renew(request.departureId), key);
    }
    throw new Unavailable('the trip is being changed just now', {}, 1);
  }

  /** Nobody is refused for what is merely remembered. */
  private async priced(actor: Actor, request: CreateBooking, key?: IdempotentRequest): Promise<SeatClaim> {
    const { quote, isFresh } = await this.quotes.recall(request.departureId);
    try {
      return claimOf(actor, request, quote, key);
    } catch (error) {
      if (isFresh || !(error instanceof DomainError)) throw error;
      return claimOf(actor, request, await this.quotes.renew(request.departureId), key);
    }
  }
}

/** @throws ResourceNotFound, InvalidRequest */
function claimOf(
  actor: Actor,
  { departureId, items, contact }: CreateBooking,
  quote: Json<QuoteSource> | QuoteSource | undefined,
  key: IdempotentRequest | undefined,
): SeatClaim {
  if (!quote || quote.trip.status === 'draft') throw new ResourceNotFound('departure', departureId);
  return { actor, trip: quote.trip, price: priceItems(items, quote.units), contact: contact ?? null, key };
}
