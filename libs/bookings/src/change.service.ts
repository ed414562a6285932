import { Injectable } from '@nestjs/common';
import { InvalidRequest, ResourceNotFound, type Actor } from '@app/http';
import { Transactor, type Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Departures, Quotes } from '@app/trips';
import { BookingItem } from './booking-item.entity.js';
import type { Booking } from './booking.entity.js';
import type { UpdateBooking } from './booking.dto.js';
import { BookingNotChangeable, PaymentInProgress } from './booking.errors.js';
import { BookingsRepository } from './bookings.repository.js';
import { OpenPayments } from './open-payments.js';
import { priceItems } from './pricing.js';
import { Seats } from './seats.js';

/** Changes a traveller makes to his own booking: the contact at any time, departure and items while the seats are held. */
@Injectable()
export class ChangeService {
  constructor(
    private readonly bookings: BookingsRepository,
    private readonly departures: Departures,
    private readonly quotes: Quotes,
    private readonly seats: Seats,
    private readonly payments: OpenPayments,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /** @throws ResourceNotFound, InvalidRequest, BookingNotChangeable, PaymentInProgress, DepartureSoldOut, DepartureClosed */
  async change(actor: Actor, id: string, changes: UpdateBooking): Promise<void> {
    await this.transactor.run(async (tx) => {
      const found = await this.bookings.lock(id, tx);
      if (!found || found.userId !== actor.id) throw new ResourceNotFound('booking', id);
      const booking = Object.assign(found, {
        items: ((await this.bookings.findById(id, tx)) as Booking).items,
      });
      if (changes.contact) booking.contact = changes.contact;
      if (changes.departureId ?? changes.items) await this.moveHold(booking, changes, tx);
      await this.bookings.save(booking, tx);
    });
  }

  /** Claims the new seats before it lets go of the old ones, and prices the booking anew. */
  private async moveHold(booking: Booking, changes: UpdateBooking, tx: Tx): Promise<void> {
    if (!booking.isHeld(this.clock.now())) throw new BookingNotChangeable(booking.status);
    if (await this.payments.isOpen(booking.id, tx)) throw new PaymentInProgress();
    const departureId = changes.departureId ?? booking.departureId;
    const offer = await this.quotes.read(departureId, tx);
    if (!offer) throw new ResourceNotFound('departure', departureId);
    if (offer.trip.id !== booking.tripId) {
      throw InvalidRequest.field('departureId', 'must be a departure of the same trip');
    }
    if (offer.trip.currency !== booking.currency) {
      throw InvalidRequest.field(
        'items',
        `can no longer be had in ${booking.currency}: cancel, and book anew`,
      );
    }
    const price = priceItems(changes.items ?? booking.items, offer.units);
    if (price.total === 0)
      throw InvalidRequest.field('items', 'must cost something: cancel, and book what is free anew');

    await this.claim(booking, departureId, price.seats, tx);
    const { startsAt, endsAt } = offer.departure;
    Object.assign(booking, { departureId, startsAt, endsAt, seats: price.seats, total: price.total });
    booking.items = price.items.map((item) =>
      Object.assign(new BookingItem(), item, { bookingId: booking.id }),
    );
    await this.bookings.replaceItems(booking, tx);
  }

  /** Both departures are locked in the order of their ids: two bookings that change places do not wait for each other. */
  private async claim(booking: Booking, departureId: string, seats: number, tx: Tx): Promise<void> {
    if (departureId === booking.departureId) {
      const more = seats - booking.seats;
      if (more > 0) await this.seats.hold(departureId, more, tx);
      if (more < 0) await this.departures.releaseHeld(departureId, -more, tx);
      return;
    }
    await this.departures.lockInOrder([departureId, booking.departureId], tx);
    await this.seats.hold(departureId, seats, tx);
    await this.departures.releaseHeld(booking.departureId, booking.seats, tx);
  }
}
