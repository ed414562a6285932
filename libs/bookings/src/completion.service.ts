import { Injectable, Logger } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { Transactor, type Tx } from '@app/database';
import { BookingCompleted, Schedule, type ScheduleReport } from '@app/events';
import { Forbidden, ResourceNotFound, type Actor, type Alongside } from '@app/http';
import { Clock } from '@app/kernel';
import { Ledger, releaseRemaining } from '@app/ledger';
import { Departure } from '@app/trips';
import { Vendors } from '@app/vendors';
import { factsOf } from './booking-facts.js';
import { Booking } from './booking.entity.js';
import { BookingTransitionNotAllowed } from './booking.errors.js';
import { BookingsRepository } from './bookings.repository.js';

/** Bookings looked up at a time. */
const BATCH_SIZE = 50;

/** The departure took place: the vendor's share becomes available to him, the commission is earned. */
@Injectable()
export class CompletionService {
  private readonly logger = new Logger(CompletionService.name);

  constructor(
    private readonly bookings: BookingsRepository,
    private readonly vendors: Vendors,
    private readonly ledger: Ledger,
    private readonly transactor: Transactor,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * For the vendor, from the start of the departure on. Completing again changes nothing.
   * @throws ResourceNotFound, BookingTransitionNotAllowed, DepartureNotStarted
   */
  async complete(actor: Actor, id: string, alongside?: Alongside): Promise<Booking> {
    const found = await this.bookings.findById(id);
    if (!found) throw new ResourceNotFound('booking', id);
    await this.requireVendor(actor, found);
    await this.transactor.run(async (tx) => {
      const booking = await this.bookings.lock(id, tx);
      if (booking && booking.status !== 'completed') await this.completeByVendor(booking, tx);
      await alongside?.(id, tx);
    });
    return (await this.bookings.findById(id)) as Booking;
  }

  /** Completes what has ended, each booking by itself: one that cannot be completed keeps no other waiting. */
  @Schedule({
    name: 'complete-bookings',
    cron: '* * * * *',
    summary: 'Completes bookings whose departure is over',
  })
  async sweep(): Promise<ScheduleReport> {
    const report = { completed: 0, failed: 0 };
    for (let found = BATCH_SIZE; found === BATCH_SIZE;) {
      // Those that failed stay where they are, before all others.
      const ended = await this.bookings.findEnded(this.clock.now(), BATCH_SIZE, report.failed);
      for (const id of ended) {
        const outcome = await this.completeEnded(id);
        if (outcome) report[outcome] += 1;
      }
      found = ended.length;
    }
    return report;
  }

  /** @returns undefined when somebody else was quicker. */
  private async completeEnded(id: string): Promise<'completed' | 'failed' | undefined> {
    try {
      return await this.transactor.run(async (tx) => {
        const booking = await this.bookings.lock(id, tx);
        if (booking?.status !== 'confirmed') return undefined;
        await this.completeLocked(booking, tx);
        return 'completed';
      });
    } catch (error) {
      this.logger.error({ err: error }, `booking ${id} could not be completed`);
      return 'failed';
    }
  }

  private async completeByVendor(booking: Booking, tx: Tx): Promise<void> {
    if (await tx.existsBy(Departure, { id: booking.departureId, status: 'cancelled' })) {
      throw new BookingTransitionNotAllowed(booking.status, 'completed');
    }
    await this.completeLocked(booking, tx);
  }

  private async completeLocked(booking: Booking, tx: Tx): Promise<void> {
    const now = this.clock.now();
    booking.complete(now);
    await this.bookings.save(booking, tx);
    const remaining = await this.ledger.remainingOf(booking.id, tx);
    if (remaining) {
      const { id: bookingId, vendorId } = booking;
      await this.ledger.post(releaseRemaining({ bookingId, vendorId, remaining, occurredAt: now }), tx);
    }
    await this.events.publish(new BookingCompleted(factsOf(booking)), tx);
  }

  /** The traveller sees his booking but never completes it; a stranger does not see it. */
  private async requireVendor(actor: Actor, booking: Booking): Promise<void> {
    if (actor.role === 'admin' || (await this.vendors.membership(actor.id, booking.vendorId))) return;
    if (booking.userId === actor.id)
      throw new Forbidden('only the vendor can say that a departure took place');
    throw new ResourceNotFound('booking', booking.id);
  }
}
