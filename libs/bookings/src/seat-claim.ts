import type { Json } from '@app/cache';
import type { Actor, IdempotentRequest } from '@app/http';
import { newId } from '@app/kernel';
import type { QuoteSource } from '@app/trips';
import { BookingItem } from './booking-item.entity.js';
import { Booking, type BookingContact } from './booking.entity.js';
import type { Price } from './pricing.js';
import { newReference } from './reference.js';

/** What someone asks for on a departure, at the price that he was quoted. */
export interface SeatClaim {
  readonly actor: Actor;
  readonly trip: Json<QuoteSource>['trip'];
  readonly price: Price;
  readonly contact: BookingContact | null;
  readonly key: IdempotentRequest | undefined;
}

/** What became of one of the claims that were made together. */
export type Outcome =
  | { readonly kind: 'booked'; readonly booking: Booking }
  /** The trip is not what the price was made of. */
  | { readonly kind: 'outdated' }
  /** His idempotency key is taken: the request was made before. */
  | { readonly kind: 'repeat' }
  | { readonly kind: 'closed' }
  /** `mayYetHave`: a hold of others has lapsed, whose seats are to be put back on sale first. */
  | { readonly kind: 'sold-out'; readonly seatsLeft: number; readonly mayYetHave: boolean }
  /** Behind someone who asked for more than was left for him, or overtaken by another process: to be asked for again. */
  | { readonly kind: 'undecided' }
  /** Not booked, and why could not be found out. */
  | { readonly kind: 'failed'; readonly error: unknown };

/** The booking that a claim is for, but for what is copied from departure and vendor when it is made: `startsAt`, `endsAt`, `commissionBps`. */
export function draftOf(claim: SeatClaim, departureId: string, now: Date, holdEnd: Date): Booking {
  const { actor, trip, contact } = claim;
  const { items, seats, total } = claim.price;
  const id = newId();
  return Object.assign(new Booking(), {
    id,
    reference: newReference(),
    userId: actor.id,
    vendorId: trip.vendorId,
    tripId: trip.id,
    departureId,
    status: total === 0 ? 'confirmed' : 'pending',
    seats,
    currency: trip.currency,
    total,
    paid: 0,
    refunded: 0,
    refundCommitted: 0,
    disputed: 0,
    policySnapshot: trip.cancellationPolicy,
    contact,
    holdExpiresAt: total === 0 ? null : holdEnd,
    holdExtended: false,
    cancelledAt: null,
    cancelledBy: null,
    cancelReason: null,
    completedAt: null,
    archivedAt: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
    items: items.map((item) => Object.assign(new BookingItem(), item, { bookingId: id })),
  } satisfies Partial<Booking>);
}
