import { BookingCancelled, BookingExpired, Jobs, type Delivered, type DomainEventHandler } from '@app/events';
import type { Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { EventsHandler } from '@nestjs/cqrs';
import { CANCEL_INTENT } from '../jobs/job-names.js';
import { PaymentsRepository } from '../payments.repository.js';

/** The booking is over: whatever might still bring money for it is closed at the gateway. */
@Injectable()
@EventsHandler(BookingCancelled, BookingExpired)
export class CancelOpenIntents implements DomainEventHandler<BookingCancelled | BookingExpired> {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly jobs: Jobs,
  ) {}

  async handle({ payload }: Delivered<BookingCancelled | BookingExpired>, tx: Tx): Promise<void> {
    const attempts = await this.payments.attemptsOf(payload.bookingId, tx);
    const open = attempts.filter((payment) => payment.hasOpenIntent);
    await this.jobs.enqueueAll(
      open.map(({ id }) => ({ name: CANCEL_INTENT, payload: { paymentId: id } })),
      tx,
    );
  }
}
