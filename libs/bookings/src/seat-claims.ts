import { BookingConfirmed, BookingCreated, OutboxPublisher, outboxRows, type DomainEvent } from '@app/events';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { factsOf } from './booking-facts.js';
import type { Booking } from './booking.entity.js';
import { CLAIM, STANDING, type BookedRow, type StandingRow } from './claim-statement.js';
import { draftOf, type Outcome, type SeatClaim } from './seat-claim.js';
import { Seats } from './seats.js';

interface Asked {
  readonly claim: SeatClaim;
  /** As it will be, but for what the database copies into it. */
  readonly booking: Booking;
}

/** Makes bookings of claims on a departure: one statement however many, and all that it does or nothing. */
@Injectable()
export class SeatClaims {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly seats: Seats,
    private readonly outbox: OutboxPublisher,
    private readonly clock: Clock,
  ) {}

  /**
   * Seats go to the claims in their order. A second statement asks why, if some were not booked.
   * @returns an outcome for each, in that order.
   * @throws QueryFailedError, and then none is booked; on `idempotency_keys_pkey` when another process was quicker with a key.
   */
  async book(departureId: string, claims: readonly SeatClaim[]): Promise<Outcome[]> {
    for (const { key } of claims) if (key) key.isUnheld = false;
    const now = this.clock.now();
    const holdEnd = this.seats.holdExpiry();
    const asked = claims.map((claim) => ({ claim, booking: draftOf(claim, departureId, now, holdEnd) }));
    const bookedRows = await this.claim(departureId, asked, now, holdEnd);
    const outcomes = new Map<Asked, Outcome>();
    for (const each of asked) {
      const row = bookedRows.get(each.booking.id);
      if (row) outcomes.set(each, { kind: 'booked', booking: finished(each, row) });
    }
    const refused = asked.filter((each) => !outcomes.has(each));
    if (refused.length > 0) {
      const standing = await this.standing(departureId, refused).catch((error: unknown) => error as Error);
      for (const each of refused) outcomes.set(each, refusalOf(each, standing));
    }
    return asked.map((each) => outcomes.get(each) as Outcome);
  }

  private async claim(
    departureId: string,
    asked: readonly Asked[],
    now: Date,
    holdEnd: Date,
  ): Promise<Map<string, BookedRow>> {
    const events = asked.map(({ booking }) => eventsOf(booking));
    const rows = await this.dataSource.query<BookedRow[]>(CLAIM, [
      departureId,
      now,
      holdEnd,
      Math.min(...asked.map(({ booking }) => booking.seats)),
      ...claimColumns(asked),
      ...itemColumns(asked),
      outboxRows(events.flat()),
    ]);
    const booked = new Map(rows.map((row) => [row.id, row]));
    if (rows.length > 0) {
      this.outbox.announce(
        events.flat().filter(({ aggregateId }) => booked.has(aggregateId)),
        now,
      );
    }
    return booked;
  }

  private async standing(departureId: string, refused: readonly Asked[]): Promise<StandingRow | undefined> {
    const keys = refused.flatMap(({ booking: { id }, claim: { key } }) =>
      key ? [{ id, actor_id: key.actorId, key: key.key }] : [],
    );
    const [row] = await this.dataSource.query<StandingRow[]>(STANDING, [
      departureId,
      this.clock.now(),
      JSON.stringify(keys),
    ]);
    return row;
  }
}

function finished({ booking, claim: { key } }: Asked, row: BookedRow): Booking {
  if (key) key.recorded = true;
  const { starts_at: startsAt, ends_at: endsAt, commission_bps: commissionBps } = row;
  return Object.assign(booking, { startsAt, endsAt, commissionBps });
}

function refusalOf(asked: Asked, standing: StandingRow | Error | undefined): Outcome {
  const outcome = reasonFor(asked, standing);
  const { key } = asked.claim;
  if (key) key.isUnheld = outcome.kind === 'sold-out' || outcome.kind === 'closed';
  return outcome;
}

function reasonFor({ booking, claim }: Asked, standing: StandingRow | Error | undefined): Outcome {
  if (standing instanceof Error) return { kind: 'failed', error: standing };
  if (standing?.repeats.includes(booking.id)) return { kind: 'repeat' };
  if (!standing?.sells) return { kind: 'closed' };
  if (standing.version !== claim.trip.version) return { kind: 'outdated' };
  const { seats_left: seatsLeft, has_lapsed: mayYetHave } = standing;
  return booking.seats <= seatsLeft ? { kind: 'undecided' } : { kind: 'sold-out', seatsLeft, mayYetHave };
}

function eventsOf(booking: Booking): DomainEvent[] {
  const { reference, total, currency, holdExpiresAt } = booking;
  const facts = factsOf(booking);
  const created = new BookingCreated({
    ...facts,
    reference,
    total: { amount: total, currency },
    holdExpiresAt: holdExpiresAt?.toISOString() ?? null,
  });
  return holdExpiresAt ? [created] : [created, new BookingConfirmed(facts)];
}

/** As parallel arrays, in the order of {@link CLAIM}. */
function claimColumns(asked: readonly Asked[]): unknown[] {
  return [
    asked.map(({ booking }) => booking.id),
    asked.map(({ booking }) => booking.reference),
    asked.map(({ booking }) => booking.userId),
    asked.map(({ claim }) => claim.trip.version),
    asked.map(({ booking }) => booking.seats),
    asked.map(({ booking }) => booking.total),
    asked.map(({ booking }) => booking.contact && JSON.stringify(booking.contact)),
    asked.map(({ claim }) => claim.key?.key),
    asked.map(({ claim }) => claim.key?.route),
    asked.map(({ claim }) => claim.key?.bodyHash),
  ];
}

function itemColumns(asked: readonly Asked[]): unknown[] {
  const items = asked.flatMap(({ booking }) => booking.items);
  return [
    items.map(({ bookingId }) => bookingId),
    items.map(({ unitId }) => unitId),
    items.map(({ quantity }) => quantity),
    items.map(({ unitPrice }) => unitPrice),
  ];
}
