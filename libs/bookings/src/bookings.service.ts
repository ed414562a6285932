import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { Transactor, type Tx } from '@app/database';
import { BookingCancelled } from '@app/events';
import { ResourceNotFound, type Actor, type Alongside } from '@app/http';
import { Clock } from '@app/kernel';
import { BookingAccess } from './booking-access.js';
import { factsOf } from './booking-facts.js';
import { BookingViews } from './booking-views.js';
import type { BookingView } from './booking.dto.js';
import type { Booking } from './booking.entity.js';
import { BookingsRepository } from './bookings.repository.js';
import type { CancellationQuote, CancellingParty } from './cancellation.js';
import { Seats } from './seats.js';

interface Cancellation {
  readonly by: CancellingParty;
  readonly reason?: string;
  readonly at: Date;
}

/** Reading and cancelling bookings. */
@Injectable()
export class Bookings {
  constructor(
    private readonly bookings: BookingsRepository,
    private readonly views: BookingViews,
    private readonly access: BookingAccess,
    private readonly seats: Seats,
    private readonly transactor: Transactor,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** @throws ResourceNotFound */
  async view(actor: Actor, id: string): Promise<BookingView> {
    const booking = await this.views.find(id);
    await this.access.partyOf(actor, booking, id);
    return booking as BookingView;
  }

  /** With its items. @throws ResourceNotFound */
  async get(actor: Actor, id: string): Promise<Booking> {
    const booking = await this.bookings.findById(id);
    await this.access.partyOf(actor, booking, id);
    return booking as Booking;
  }

  /** What cancelling now would give back. @throws ResourceNotFound, BookingTransitionNotAllowed, DepartureStarted */
  async quote(actor: Actor, id: string): Promise<{ booking: Booking; quote: CancellationQuote }> {
    const booking = await this.bookings.findById(id);
    const party = await this.access.partyOf(actor, booking, id);
    const by = await this.whoReallyCancels(booking as Booking, party);
    return {
      booking: booking as Booking,
      quote: (booking as Booking).quoteCancellation(this.clock.now(), by),
    };
  }

  /**
   * Gives the seats back at once; the refund follows by itself. Cancelling again changes nothing.
   * @throws ResourceNotFound, BookingTransitionNotAllowed, DepartureStarted
   */
  async cancel(actor: Actor, id: string, reason?: string, alongside?: Alongside): Promise<Booking> {
    const party = await this.access.partyOf(actor, await this.bookings.findById(id), id);
    await this.transactor.run(async (tx) => {
      const booking = await this.lock(id, tx);
      if (booking.status !== 'cancelled') {
        const by = await this.whoReallyCancels(booking, party, tx);
        await this.cancelLocked(booking, { by, reason, at: this.clock.now() }, tx);
      }
      await alongside?.(id, tx);
    });
    return this.get(actor, id);
  }

  /** @param booking locked by `tx`. @throws BookingTransitionNotAllowed, DepartureStarted */
  async cancelLocked(booking: Booking, { by, reason, at }: Cancellation, tx: Tx): Promise<void> {
    const wasConfirmed = booking.status === 'confirmed';
    const { refund } = booking.cancel(at, by, reason);
    await this.bookings.save(booking, tx);
    await this.seats.release(booking, wasConfirmed ? 'booked' : 'held', tx);
    await this.events.publish(
      new BookingCancelled({ ...factsOf(booking), refund, wasConfirmed, cancelledBy: by }),
      tx,
    );
  }

  /** A traveller who is quicker than the news that his departure was called off is not the one who cancels. */
  private async whoReallyCancels(
    booking: Booking,
    party: CancellingParty,
    tx?: Tx,
  ): Promise<CancellingParty> {
    return party === 'traveller' && (await this.seats.isCalledOff(booking, tx)) ? 'vendor' : party;
  }

  private async lock(id: string, tx: Tx): Promise<Booking> {
    const booking = await this.bookings.lock(id, tx);
    if (!booking) throw new ResourceNotFound('booking', id);
    return booking;
  }
}
