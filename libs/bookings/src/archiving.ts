import { inBatches, Transactor } from '@app/database';
import { Schedule, type ScheduleReport } from '@app/events';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { BookingViews } from './booking-views.js';

/** Bookings archived by one transaction. */
const BATCH_SIZE = 500;

/**
 * Takes what was over a year ago out of the lists, which then stay as short as a year is, however old the marketplace. Nothing else
 * changes: archived bookings are read by their id, refunded, disputed and counted like others.
 */
@Injectable()
export class Archiving {
  constructor(
    private readonly views: BookingViews,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  @Schedule({
    name: 'archive-bookings',
    cron: '20 3 * * *',
    summary: 'Archives bookings that were completed, cancelled or left to expire over a year ago',
  })
  async sweep(): Promise<ScheduleReport> {
    return { archived: await inBatches(BATCH_SIZE, () => this.archiveBatch()) };
  }

  /** When a hold expired is written nowhere; it was soon after it was made. */
  private archiveBatch(): Promise<number> {
    const now = this.clock.now();
    const aYearAgo = new Date(now);
    aYearAgo.setUTCFullYear(now.getUTCFullYear() - 1);
    return this.transactor.run(async (tx) => {
      const [archived] = await tx.query<[{ id: string }[], number]>(
        `UPDATE bookings SET archived_at = $1, updated_at = $1, version = version + 1
         WHERE id IN (
           SELECT id FROM bookings
           WHERE archived_at IS NULL AND status IN ('completed', 'cancelled', 'expired')
             AND coalesce(completed_at, cancelled_at, created_at) <= $2
           ORDER BY coalesce(completed_at, cancelled_at, created_at) LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED
         )
         RETURNING id`,
        [now, aYearAgo, BATCH_SIZE],
      );
      await this.views.forget(
        archived.map(({ id }) => id),
        tx,
      );
      return archived.length;
    });
  }
}
