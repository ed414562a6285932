import { Bookings, CompletionService, HoldExpiry, HoldService } from '@app/bookings';
import { Backlog } from '@app/events';
import type { Actor } from '@app/http';
import { DomainError, floorToStep, type ManualClock } from '@app/kernel';
import { Checkout, PaymentsRepository, Refunds } from '@app/payments';
import { ScheduledRuns } from '@app/payouts';
import type { INestApplicationContext } from '@nestjs/common';
import type { Intention } from './demand.js';
import { CONCURRENCY } from './in-turn.js';

/** Something that somebody does at a moment. */
interface Deed {
  readonly at: Date;
  readonly act: () => Promise<void>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CANCEL_REASONS = [
  'Plans have changed',
  'The flight was cancelled',
  'A cold',
  'We found a sitter too late',
];

/**
 * Lives through what travellers intend, in the order of time: the clock is set to each moment, and the product does the rest as it
 * always does: prices, claims seats, charges, journals, publishes, refunds, completes, pays out.
 */
export class History {
  private readonly holds: HoldService;
  private readonly bookings: Bookings;
  private readonly checkout: Checkout;
  private readonly refunds: Refunds;
  private readonly payments: PaymentsRepository;
  private readonly ids = new Map<Intention, string>();

  constructor(
    private readonly app: INestApplicationContext,
    private readonly clock: Pick<ManualClock, 'set'>,
    private readonly onBooking: () => void,
  ) {
    this.holds = app.get(HoldService);
    this.bookings = app.get(Bookings);
    this.checkout = app.get(Checkout);
    this.refunds = app.get(Refunds);
    this.payments = app.get(PaymentsRepository);
  }

  /** Ends at `present`, with nothing left undone. */
  async live(intentions: readonly Intention[], present: Date): Promise<void> {
    const deeds = intentions
      .flatMap((intention, index) => this.deedsOf(intention, index))
      .sort((a, b) => a.at.getTime() - b.at.getTime());
    const recently = present.getTime() - HOUR_MS;
    for (const day of daysOf(deeds)) {
      const recent = day.filter(({ at }) => at.getTime() > recently);
      for (const batch of batchesOf(day.slice(0, day.length - recent.length), CONCURRENCY)) {
        await this.actTogether(batch);
      }
      // One by one, each at its own minute: their seats are still held at present.
      for (const batch of batchesOf(recent, 1)) await this.actTogether(batch);
      const midnight = new Date(startOfDay((day[0] as Deed).at) + DAY_MS);
      await this.closeDay(midnight < present ? midnight : present);
    }
    await this.closeDay(present);
  }

  private async actTogether(deeds: readonly Deed[]): Promise<void> {
    this.clock.set((deeds[0] as Deed).at);
    await Promise.all(deeds.map(({ act }) => tolerant(act)));
  }

  private deedsOf(intention: Intention, index: number): Deed[] {
    const { bookAt, cancelAt, goodwillAt } = intention;
    return [
      { at: bookAt, act: () => this.book(intention) },
      ...(cancelAt ? [{ at: cancelAt, act: () => this.cancel(intention, index) }] : []),
      ...(goodwillAt ? [{ at: goodwillAt, act: () => this.giveBack(intention) }] : []),
    ];
  }

  private async book(intention: Intention): Promise<void> {
    const { stock, items, travellerId } = intention;
    const traveller: Actor = { id: travellerId, role: 'traveller' };
    const booking = await this.holds.hold(traveller, { departureId: stock.departureId, items: [...items] });
    this.ids.set(intention, booking.id);
    if (booking.status === 'pending') {
      for (const paymentMethod of CARDS[intention.card ?? 'none']) {
        await tolerant(() => this.checkout.pay(traveller, { bookingId: booking.id, paymentMethod }));
      }
    }
    this.onBooking();
  }

  private async cancel(intention: Intention, index: number): Promise<void> {
    const id = this.ids.get(intention);
    if (id === undefined) return;
    const byVendor = intention.cancelledBy === 'vendor';
    const actor: Actor = {
      id: byVendor ? intention.stock.vendorOwnerId : intention.travellerId,
      role: 'traveller',
    };
    const reason = byVendor ? 'The guide is ill' : CANCEL_REASONS[index % CANCEL_REASONS.length];
    await this.bookings.cancel(actor, id, reason);
  }

  private async giveBack(intention: Intention): Promise<void> {
    const id = this.ids.get(intention);
    const payment = id && (await this.payments.findByBookingId(id, { limit: 1 }))[0];
    if (!payment || payment.captured === 0) return;
    const { amount, currency } = payment.total;
    const tenth = floorToStep(Math.floor(amount / 10), currency);
    if (tenth > 0) {
      await this.refunds.refund(payment, {
        amount: { amount: tenth, currency },
        reason: 'The weather was not what we promised',
      });
    }
  }

  /** What workers do all the time. */
  private async closeDay(now: Date): Promise<void> {
    // Still on the day itself: it may be the one on which vendors are paid.
    this.clock.set(new Date(now.getTime() - 1));
    await this.app.get(ScheduledRuns).startDue();
    this.clock.set(now);
    await this.app.get(HoldExpiry).sweep();
    await this.app.get(CompletionService).sweep();
    await this.app.get(Backlog).clear();
  }
}

const CARDS: Readonly<Record<NonNullable<Intention['card']> | 'none', readonly string[]>> = {
  good: ['pm_ok'],
  'declined-then-good': ['pm_insufficient_funds', 'pm_ok'],
  declined: ['pm_declined'],
  challenged: ['pm_3ds'],
  unrefundable: ['pm_refund_fails'],
  none: [],
};

/** A refusal is part of life: a card is declined, and on a shared database a live worker or another customer may be quicker. */
async function tolerant(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
  }
}

const startOfDay = (instant: Date): number => Math.floor(instant.getTime() / DAY_MS) * DAY_MS;

function daysOf(deeds: readonly Deed[]): Iterable<Deed[]> {
  const days = new Map<number, Deed[]>();
  for (const deed of deeds) {
    const day = startOfDay(deed.at);
    days.set(day, [...(days.get(day) ?? []), deed]);
  }
  return days.values();
}

function batchesOf<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, batch) =>
    list.slice(batch * size, (batch + 1) * size),
  );
}
