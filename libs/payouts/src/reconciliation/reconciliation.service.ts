import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { addTo, difference, moneyOf, NOTHING, toText } from './amounts.js';
import { BookedMovements, type BookedMovement } from './booked-movements.js';
import { breaks, compare, wordsOf } from './comparison.js';
import { GatewayStatement } from './gateway-statement.js';
import { isWithin, MovedObject, Movements, SOURCES, type Window } from './movements.js';
import type { Break, ReconciliationReport } from './reconciliation-report.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const DEFAULT_WINDOW_MS = 7 * DAY_MS;
/** Clocks differ, and what moved shortly before the window may be in our books shortly after: both are looked at a little wider. */
const MARGIN_MS = DAY_MS;
/** How long we may take to hear of what the gateway did. */
const IN_PROGRESS_MS = 15 * MINUTE_MS;
/** How far before the window the gateway may have moved what our books have in it. */
const LOOK_BACK_MS = 90 * DAY_MS;
const MAX_BREAKS = 1_000;
/** Looked up by one statement. */
const BATCH_SIZE = 500;

/**
 * Compares the gateway's balance with `gateway:balance`, movement by movement: what the gateway moved within a window with what our
 * books have for it, and what our books have in the window with what the gateway moved. Reads only, on both sides.
 */
@Injectable()
export class Reconciliation {
  constructor(
    private readonly statement: GatewayStatement,
    private readonly books: BookedMovements,
    private readonly clock: Clock,
  ) {}

  /**
   * @param window until the present at most, which is the default; the seven days before that unless told.
   * @throws GatewayUnavailable
   */
  async run(window: Partial<Window> = {}): Promise<ReconciliationReport> {
    const checkedAt = this.clock.now();
    const to = window.to && window.to < checkedAt ? window.to : checkedAt;
    const from = window.from ?? new Date(to.getTime() - DEFAULT_WINDOW_MS);
    // The present is part of it: what was booked by now moved at the gateway before it was asked.
    const due = { from, to: to < checkedAt ? to : new Date(to.getTime() + 1) };
    const found: Break[] = [];

    const movements = new Movements();
    const bank = new Map<string, number>();
    await this.readGateway(due, movements, bank, found);
    await this.readBooks(due, movements, found);
    const objects = movements.due();
    for (let start = 0; start < objects.length; start += BATCH_SIZE) {
      found.push(...(await this.compareBatch(objects.slice(start, start + BATCH_SIZE), due, checkedAt)));
    }
    return {
      ok: found.length === 0,
      checkedAt,
      from,
      to,
      compared: objects.length,
      bank: moneyOf(bank),
      breaks: found.slice(0, MAX_BREAKS),
      truncated: found.length > MAX_BREAKS,
    };
  }

  private async readGateway(
    due: Window,
    movements: Movements,
    bank: Map<string, number>,
    found: Break[],
  ): Promise<void> {
    for await (const transaction of this.statement.read(widened(due))) {
      const { type, gatewayId, net } = transaction;
      const isDue = isWithin(due, transaction.createdAt);
      if (type === 'bank') {
        if (isDue) addTo(bank, net.currency, net.amount);
        continue;
      }
      if (type === 'other') {
        const detail = 'the gateway moved it for nothing of ours, e.g. a fee for its services';
        const amounts = new Map([[net.currency, net.amount]]);
        if (isDue)
          found.push(...breaks('unknown-object', { gatewayId, detail }, difference(amounts, NOTHING)));
        continue;
      }
      const object = movements.open(SOURCES[type], gatewayId);
      object.add(type, transaction);
      object.isDue ||= isDue;
    }
  }

  /** Has all that the books moved in the window compared too, and looks further back at the gateway for what it has not mentioned. */
  private async readBooks(due: Window, movements: Movements, found: Break[]): Promise<void> {
    let earliest = due.from;
    const unmentioned: BookedMovement[] = [];
    for await (const booked of this.bookedWithin(due)) {
      const { source, gatewayId, type, since } = booked;
      if (gatewayId === null) {
        found.push(...neverAsked(booked));
        continue;
      }
      const object = movements.find(source, gatewayId);
      if (object?.hasMoved(type)) object.isDue = true;
      else {
        unmentioned.push(booked);
        if (since && since < earliest) earliest = since;
      }
    }
    if (unmentioned.length === 0) return;
    for (const { source, gatewayId, type } of unmentioned) {
      const object = movements.open(source, gatewayId as string);
      object.expect(type);
      object.isDue = true;
    }
    await this.lookBack(earliest, due, movements);
  }

  /** A refund may leave the gateway's balance days before it is through and in our books. */
  private async lookBack(earliest: Date, due: Window, movements: Movements): Promise<void> {
    const from = new Date(Math.max(earliest.getTime(), due.from.getTime() - LOOK_BACK_MS) - MARGIN_MS);
    const to = widened(due).from;
    if (from >= to) return;
    const sought = new Map(movements.due().map((object) => [object, object.unmentioned]));
    for await (const transaction of this.statement.read({ from, to })) {
      const { type, gatewayId } = transaction;
      if (type === 'bank' || type === 'other') continue;
      const object = movements.find(SOURCES[type], gatewayId);
      if (object && sought.get(object)?.includes(type)) object.add(type, transaction);
    }
  }

  private async *bookedWithin(window: Window): AsyncGenerator<BookedMovement> {
    let after: BookedMovement | undefined;
    do {
      const page = await this.books.page(window, BATCH_SIZE, after);
      yield* page.filter(({ isOfGateway }) => isOfGateway);
      after = page.length === BATCH_SIZE ? page.at(-1) : undefined;
    } while (after);
  }

  private async compareBatch(
    objects: readonly MovedObject[],
    due: Window,
    checkedAt: Date,
  ): Promise<Break[]> {
    const booked = await this.books.of(objects, widened(due));
    const nameless = await this.books.nameless();
    return objects.flatMap((object) => {
      const { source, gatewayId, lastMovedAt, total } = object;
      const isYoung =
        lastMovedAt !== undefined && checkedAt.getTime() - lastMovedAt.getTime() < IN_PROGRESS_MS;
      const ours = booked.get(`${source} ${gatewayId}`);
      if (ours) return compare(object, ours, isYoung);
      // A dispute is the bank's idea: we know of it once its news are read.
      const isAwaited = source === 'dispute' || (source !== 'payment' && nameless[source]);
      if (isYoung && isAwaited) return [];
      const detail = `${object.types.map(wordsOf).join(', ')}: the gateway moved ${toText(total)} for something that is not ours`;
      return breaks('unknown-object', { gatewayId, detail }, difference(total, NOTHING));
    });
  }
}

const widened = ({ from, to }: Window): Window => ({
  from: new Date(from.getTime() - MARGIN_MS),
  to: new Date(to.getTime() + MARGIN_MS),
});

/** The books say that money moved for a record of ours which no gateway was ever asked about, or which is gone. */
function neverAsked({ kind, source, sourceId, paymentId, amounts }: BookedMovement): Break[] {
  const detail = `${kind} of ${source} ${sourceId}, which has no id at the gateway: the books have ${toText(amounts)}`;
  return breaks(
    'missing-at-gateway',
    { gatewayId: sourceId, ...(paymentId !== null && { paymentId }), detail },
    difference(NOTHING, amounts),
  );
}
