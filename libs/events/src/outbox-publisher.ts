import { Injectable } from '@nestjs/common';
import type { IEvent, IEventPublisher } from '@nestjs/cqrs';
import { Subject } from 'rxjs';
import { Clock } from '@app/kernel';
import { Transactor, type Tx } from '@app/database';
import type { DomainEvent } from './domain-event.js';
import { EventNotice } from './event-notice.js';
import { OutboxBell } from './outbox-bell.js';
import { insertOutboxRows, outboxRows } from './outbox-rows.js';

const INSERT = insertOutboxRows('$1', '$2');

/**
 * What stands behind `EventBus.publish(event, tx)`: a row in the caller's transaction, and nothing run. State and news commit
 * together or not at all; the relay takes it from there. (The bus's own publisher keeps nothing and reports no failure: ADR 3.)
 */
@Injectable()
export class OutboxPublisher implements IEventPublisher {
  /** From the commit on, in this process. */
  readonly published = new Subject<EventNotice>();

  constructor(
    private readonly clock: Clock,
    private readonly transactor: Transactor,
    private readonly bell: OutboxBell,
  ) {}

  publish(event: IEvent, tx?: unknown): Promise<void> {
    return this.publishAll([event], tx);
  }

  /** One statement however many events; their sequence follows their order. Call it while the aggregates' rows are locked. */
  async publishAll(events: IEvent[], tx?: unknown): Promise<void> {
    if (!isTransaction(tx))
      throw new TypeError('events are published inside a transaction: eventBus.publish(event, tx)');
    if (events.length === 0) return;
    const occurredAt = this.clock.now();
    await tx.query(INSERT, [outboxRows(events as DomainEvent[]), occurredAt]);
    this.transactor.onCommit(tx, () => this.announce(events as DomainEvent[], occurredAt));
  }

  /** After the commit of a statement that wrote events itself, by {@link insertOutboxRows}. */
  announce(events: readonly DomainEvent[], occurredAt: Date): void {
    this.bell.ring();
    for (const event of events) this.published.next(new EventNotice(event, occurredAt));
  }
}

function isTransaction(tx: unknown): tx is Tx {
  return (tx as Tx | undefined)?.queryRunner?.isTransactionActive === true;
}
