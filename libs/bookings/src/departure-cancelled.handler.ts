import { EventsHandler } from '@nestjs/cqrs';
import { Transactor, type Tx } from '@app/database';
import {
  DepartureCancelled,
  Job,
  Jobs,
  type Delivered,
  type DomainEventHandler,
  type JobHandler,
} from '@app/events';
import { Booking } from './booking.entity.js';
import { Bookings } from './bookings.service.js';
import { In } from 'typeorm';

const CANCEL_BOOKINGS = 'cancel-bookings-of-departure';

/** Bookings cancelled by one transaction. */
const BATCH_SIZE = 50;

interface CancelledDeparture {
  departureId: string;
  reason: string;
  /** ISO 8601. Its bookings end with it, however late they are got to. */
  cancelledAt: string;
}

/** A departure that does not take place takes its bookings with it. There may be many, so a job cancels them piece by piece. */
@EventsHandler(DepartureCancelled)
export class CancelBookingsOfDeparture implements DomainEventHandler<DepartureCancelled> {
  constructor(private readonly jobs: Jobs) {}

  async handle({ payload, occurredAt }: Delivered<DepartureCancelled>, tx: Tx): Promise<void> {
    const { departureId, reason } = payload;
    const cancelled: CancelledDeparture = { departureId, reason, cancelledAt: occurredAt.toISOString() };
    await this.jobs.enqueue(CANCEL_BOOKINGS, cancelled, tx, { key: `${CANCEL_BOOKINGS}:${departureId}` });
  }
}

/** Cancels in full every live booking of the departure. Begun again after a crash, it goes on with those that are left. */
@Job(CANCEL_BOOKINGS)
export class CancelBookingsJob implements JobHandler<CancelledDeparture> {
  constructor(
    private readonly bookings: Bookings,
    private readonly transactor: Transactor,
  ) {}

  async run(departure: CancelledDeparture): Promise<void> {
    while ((await this.cancelBatch(departure)) === BATCH_SIZE);
  }

  private cancelBatch({ departureId, reason, cancelledAt }: CancelledDeparture): Promise<number> {
    const cancellation = { by: 'vendor', reason, at: new Date(cancelledAt) } as const;
    return this.transactor.run(async (tx) => {
      const live = await tx.find(Booking, {
        where: { departureId, status: In(['pending', 'confirmed']) },
        order: { id: 'ASC' },
        take: BATCH_SIZE,
        lock: { mode: 'for_no_key_update' },
      });
      for (const booking of live) await this.bookings.cancelLocked(booking, cancellation, tx);
      return live.length;
    });
  }
}
