import { Transactor, violates } from '@app/database';
import { DepartureCancelled } from '@app/events';
import { decodeCursor, InvalidRequest, page, ResourceNotFound, type Actor, type Page } from '@app/http';
import { Clock, newId } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { In, MoreThan } from 'typeorm';
import { TripAccess } from '../trip-access.js';
import { Trip } from '../trip.entity.js';
import { TripArchived } from '../trip.errors.js';
import { statusesBefore } from './departure-status.js';
import type { CreateDepartures, DeparturesQuery, UpdateDeparture } from './departure.dto.js';
import { Departure } from './departure.entity.js';
import { CapacityBelowSold, DepartureExists, DepartureOver } from './departure.errors.js';
import { Departures } from './departures.repository.js';
import { atLocalTime, instantOf, localTimeOf, NoSuchLocalTime } from './local-time.js';
import { BadRecurrence, occurrences } from './recurrence.js';

const MINUTE_MS = 60_000;
const LAST_START_MS = Date.parse('9999-12-31T23:59:59Z');

/** When a trip takes place: departures are planned, changed, cancelled and listed. Their seats are the business of {@link Departures}. */
@Injectable()
export class Schedule {
  constructor(
    private readonly departures: Departures,
    private readonly access: TripAccess,
    private readonly transactor: Transactor,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** All of them or none. @throws ResourceNotFound, InvalidRequest, TripArchived, DepartureExists */
  async plan(actor: Actor, tripId: string, plan: CreateDepartures): Promise<Departure[]> {
    await this.access.requireOwned(actor, tripId);
    try {
      return await this.transactor.run(async (tx) => {
        // Shared: the trip's cutoff, duration and listing stand still until the departures that copy them are there.
        const trip = await tx.findOneOrFail(Trip, {
          where: { id: tripId },
          lock: { mode: 'pessimistic_read' },
        });
        if (trip.status === 'archived') throw new TripArchived();
        const departures = this.departuresOf(trip, plan);
        await tx.insert(Departure, departures);
        return departures;
      });
    } catch (error) {
      if (violates(error, 'departures_trip_start')) throw new DepartureExists();
      throw error;
    }
  }

  /** @throws ResourceNotFound when it, or its trip, is not for the actor to see. */
  async find(actor: Actor | undefined, id: string): Promise<Departure> {
    const departure = await this.departures.find(id);
    if (!departure) throw new ResourceNotFound('departure', id);
    await this.access.requireVisible(actor, departure.tripId);
    return departure;
  }

  /** The earliest first; cancelled ones are left out. @throws ResourceNotFound, InvalidRequest */
  async list(
    actor: Actor | undefined,
    tripId: string,
    { from, to, limit, cursor }: DeparturesQuery,
  ): Promise<Page<Departure>> {
    await this.access.requireVisible(actor, tripId);
    const [after] = decodeCursor(cursor, [isStart]) ?? [];
    const departures = await this.departures.findOfTrip(tripId, {
      from,
      to,
      now: this.clock.now(),
      after: after === undefined ? undefined : new Date(after),
      limit: limit + 1,
    });
    // Starts are unique among a trip's departures that are not cancelled.
    return page(departures, limit, ({ startsAt }) => [startsAt.getTime()]);
  }

  /** @throws ResourceNotFound, CapacityBelowSold, DepartureOver */
  async update(actor: Actor, id: string, changes: UpdateDeparture): Promise<Departure> {
    await this.requireOwned(actor, id);
    try {
      return await this.transactor.run(async (tx) => {
        const now = this.clock.now();
        const { affected } = await tx.update(
          Departure,
          { id, status: In(['scheduled', 'closed']), startsAt: MoreThan(now) },
          { ...changes, updatedAt: now },
        );
        const departure = await tx.findOneByOrFail(Departure, { id });
        if (affected === 0) throw new DepartureOver(departure.status);
        return departure;
      });
    } catch (error) {
      if (violates(error, 'departures_seats_check')) throw new CapacityBelowSold(changes.capacity ?? 0);
      throw error;
    }
  }

  /** Its bookings are cancelled by whoever hears of it. Once cancelled, it stays as it is. @throws ResourceNotFound, DepartureOver */
  async cancel(actor: Actor, id: string, reason: string): Promise<Departure> {
    const { vendorId, tripId } = await this.requireOwned(actor, id);
    return this.transactor.run(async (tx) => {
      const now = this.clock.now();
      const { affected } = await tx.update(
        Departure,
        { id, status: In(statusesBefore('cancelled')), startsAt: MoreThan(now) },
        { status: 'cancelled', cancelReason: reason, updatedAt: now },
      );
      const departure = await tx.findOneByOrFail(Departure, { id });
      if (affected === 0 && departure.status !== 'cancelled') throw new DepartureOver(departure.status);
      if (affected)
        await this.events.publish(new DepartureCancelled({ departureId: id, tripId, vendorId, reason }), tx);
      return departure;
    });
  }

  private async requireOwned(actor: Actor, id: string): Promise<{ tripId: string; vendorId: string }> {
    const departure = await this.departures.find(id);
    if (!departure) throw new ResourceNotFound('departure', id);
    const trip = await this.access.requireOwned(actor, departure.tripId);
    return { tripId: trip.id, vendorId: trip.vendorId };
  }

  private departuresOf(trip: Trip, plan: CreateDepartures): Departure[] {
    const now = this.clock.now();
    return startsOf(plan, trip.timeZone, now).map((start) => {
      const startsAt = instantOf(start);
      return Object.assign(new Departure(), {
        id: newId(),
        tripId: trip.id,
        localStart: localTimeOf(start),
        startsAt,
        endsAt: new Date(startsAt.getTime() + trip.durationMinutes * MINUTE_MS),
        cutoffAt: new Date(startsAt.getTime() - trip.bookingCutoffMinutes * MINUTE_MS),
        capacity: plan.capacity,
        seatsHeld: 0,
        seatsBooked: 0,
        sellable: trip.listed,
        status: 'scheduled',
        cancelReason: null,
        createdAt: now,
        updatedAt: now,
      } satisfies Departure);
    });
  }
}

const isStart = (part: unknown): boolean => Number.isInteger(part) && Math.abs(Number(part)) <= LAST_START_MS;

/** @throws InvalidRequest naming the field and the reason. */
function startsOf({ localStart, recurrence }: CreateDepartures, timeZone: string, now: Date) {
  try {
    const first = atLocalTime(localStart, timeZone);
    if (instantOf(first) <= now) throw new NoSuchLocalTime('must be in the future');
    return recurrence === undefined ? [first] : occurrences(recurrence, first);
  } catch (error) {
    if (error instanceof NoSuchLocalTime) throw InvalidRequest.field('localStart', error.message);
    if (error instanceof BadRecurrence) throw InvalidRequest.field('recurrence', error.message);
    throw error;
  }
}
