import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { Transactor } from '@app/database';
import { BookingConfirmed, BookingCreated } from '@app/events';
import { ResourceNotFound, type Actor, type Alongside } from '@app/http';
import { Clock, newId } from '@app/kernel';
import { Departures, type QuoteSource } from '@app/trips';
import { BookingItem } from './booking-item.entity.js';
import { factsOf } from './booking-facts.js';
import { Booking } from './booking.entity.js';
import type { CreateBooking } from './booking.dto.js';
import { DepartureSoldOut } from './booking.errors.js';
import { BookingsRepository } from './bookings.repository.js';
import { HoldExpiry } from './hold-expiry.js';
import { priceItems } from './pricing.js';
import { newReference } from './reference.js';
import { Seats } from './seats.js';

/** Makes bookings: seats held for a traveller at the server's price. */
@Injectable()
export class HoldService {
  constructor(
    private readonly bookings: BookingsRepository,
    private readonly departures: Departures,
    private readonly seats: Seats,
    private readonly expiry: HoldExpiry,
    private readonly transactor: Transactor,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * A booking whose total is 0 is confirmed at once.
   * @throws ResourceNotFound, InvalidRequest, DepartureSoldOut, DepartureClosed
   */
  async hold(actor: Actor, request: CreateBooking, alongside: Alongside): Promise<Booking> {
    const offer = await this.departures.quoteSource(request.departureId);
    if (!offer || offer.trip.status === 'draft') throw new ResourceNotFound('departure', request.departureId);
    const booking = this.draft(actor, request, offer);
    try {
      await this.claim(booking, alongside);
    } catch (error) {
      if (!(error instanceof DepartureSoldOut) || !(await this.expiry.expireLapsed(booking.departureId)))
        throw error;
      await this.claim(booking, alongside);
    }
    return booking;
  }

  private async claim(booking: Booking, alongside: Alongside): Promise<void> {
    const { departureId, seats, total, currency, reference, holdExpiresAt } = booking;
    await this.transactor.run(async (tx) => {
      if (holdExpiresAt) await this.seats.hold(departureId, seats, tx);
      else await this.seats.book(departureId, seats, tx);
      await this.bookings.insert(booking, tx);
      await alongside(booking.id, tx);
      const facts = factsOf(booking);
      const created = new BookingCreated({
        ...facts,
        reference,
        total: { amount: total, currency },
        holdExpiresAt: holdExpiresAt?.toISOString() ?? null,
      });
      await this.events.publishAll(holdExpiresAt ? [created] : [created, new BookingConfirmed(facts)], tx);
    });
  }

  private draft(
    actor: Actor,
    request: CreateBooking,
    { departure, trip, units, commissionBps }: QuoteSource,
  ): Booking {
    const { items, seats, total } = priceItems(request.items, units);
    const id = newId();
    const now = this.clock.now();
    return Object.assign(new Booking(), {
      id,
      reference: newReference(),
      userId: actor.id,
      vendorId: trip.vendorId,
      tripId: trip.id,
      departureId: departure.id,
      status: total === 0 ? 'confirmed' : 'pending',
      seats,
      currency: trip.currency,
      total,
      paid: 0,
      refunded: 0,
      refundCommitted: 0,
      disputed: 0,
      commissionBps,
      policySnapshot: trip.cancellationPolicy,
      contact: request.contact ?? null,
      startsAt: departure.startsAt,
      endsAt: departure.endsAt,
      holdExpiresAt: total === 0 ? null : this.seats.holdExpiry(),
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
}
