import { CONFIG, type Config } from '@app/config';
import { Transactor, type Tx } from '@app/database';
import { Schedule, type ScheduleReport } from '@app/events';
import { Clock } from '@app/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { MailQueue, type EmailRequest } from '../emails/mail-queue.js';

/** Queued by one transaction. */
const BATCH_SIZE = 500;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Bookings of those who want to be reminded and have not been, by their kind of reminder: `$1` `now`, `$2` how far ahead, `$3` how many. */
const DUE = {
  /** While a payment is under way its traveller needs no reminder. */
  'payment-reminder': /* sql */ `
    SELECT b.id, b.user_id AS "userId" FROM bookings b
    JOIN users u ON u.id = b.user_id AND u.reminders
    WHERE b.status = 'pending' AND b.hold_expires_at > $1 AND b.hold_expires_at <= $2
      AND NOT EXISTS (SELECT FROM payments p WHERE p.booking_id = b.id AND NOT p.superseded
        AND p.status IN ('pending', 'requires_action', 'processing', 'succeeded', 'unknown'))
      AND NOT EXISTS (SELECT FROM emails e WHERE e.kind = 'payment-reminder' AND e.source_id = b.id)
    ORDER BY b.hold_expires_at LIMIT $3`,
  /** Who books within the last day has just read the confirmation. */
  'trip-reminder': /* sql */ `
    SELECT b.id, b.user_id AS "userId" FROM bookings b
    JOIN users u ON u.id = b.user_id AND u.reminders
    WHERE b.status = 'confirmed' AND b.starts_at > $1 AND b.starts_at <= $2
      AND b.created_at < b.starts_at - interval '1 day'
      AND NOT EXISTS (SELECT FROM emails e WHERE e.kind = 'trip-reminder' AND e.source_id = b.id)
    ORDER BY b.starts_at LIMIT $3`,
} as const;

/** Tells travellers of what is about to happen: once each, however many workers look. */
@Injectable()
export class Reminders {
  constructor(
    private readonly mail: MailQueue,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Schedule({
    name: 'remind-of-payments',
    cron: '* * * * *',
    summary: 'Reminds travellers of bookings that are not paid, before the seats go back on sale',
  })
  remindOfPayments(): Promise<ScheduleReport> {
    return this.remind('payment-reminder', paymentNoticeMs(this.config.booking.holdMinutes));
  }

  @Schedule({
    name: 'remind-of-trips',
    cron: '*/5 * * * *',
    summary: 'Reminds travellers of their trip a day ahead',
  })
  remindOfTrips(): Promise<ScheduleReport> {
    return this.remind('trip-reminder', DAY_MS);
  }

  private async remind(kind: keyof typeof DUE, aheadMs: number): Promise<ScheduleReport> {
    let queued = 0;
    for (let due = BATCH_SIZE; due === BATCH_SIZE;) {
      const batch = await this.transactor.run((tx) => this.queueDue(kind, aheadMs, tx));
      queued += batch.queued;
      // What somebody else has queued meanwhile is gone from the next batch; a batch that brings nothing new is not worth another.
      due = batch.queued > 0 ? batch.due : 0;
    }
    return { queued };
  }

  private async queueDue(
    kind: keyof typeof DUE,
    aheadMs: number,
    tx: Tx,
  ): Promise<{ due: number; queued: number }> {
    const now = this.clock.now();
    const until = new Date(now.getTime() + aheadMs);
    const bookings = await tx.query<{ id: string; userId: string }[]>(DUE[kind], [now, until, BATCH_SIZE]);
    const requests = bookings.map(({ id, userId }): EmailRequest => ({
      kind,
      sourceId: id,
      aboutId: id,
      userId,
      facts: {},
    }));
    return { due: bookings.length, queued: await this.mail.queue(requests, tx) };
  }
}

/** A third of the hold, an hour at most: 5 minutes before a hold of 15 lapses. */
function paymentNoticeMs(holdMinutes: number): number {
  return Math.min(holdMinutes / 3, 60) * MINUTE_MS;
}
