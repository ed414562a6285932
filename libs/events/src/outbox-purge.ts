import { inBatches, Transactor } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { DELIVER_EVENT } from './event-delivery.js';
import { Schedule, type ScheduleReport } from './schedule.js';

const KEPT_MS = 90 * 24 * 60 * 60_000;
/** Events forgotten by one transaction, with what their handlers noted. */
const BATCH_SIZE = 1_000;

/** Forgets events that everyone has had. One that a handler still waits for, or that is parked, stays as long as that lasts. */
@Injectable()
export class OutboxPurge {
  constructor(
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  @Schedule({
    name: 'purge-outbox',
    cron: '40 3 * * *',
    summary: 'Forgets events that were delivered to every handler, 90 days later',
  })
  async sweep(): Promise<ScheduleReport> {
    return { purged: await inBatches(BATCH_SIZE, () => this.purgeBatch()) };
  }

  private purgeBatch(): Promise<number> {
    return this.transactor.run(async (tx) => {
      const [, purged] = await tx.query<[unknown[], number]>(
        // A delivery that is neither done nor skipped has a job, whose key begins with the event.
        `DELETE FROM outbox WHERE event_id IN (
           SELECT event_id FROM outbox event
           WHERE relayed_at <= $1 AND NOT EXISTS (
             SELECT FROM graphile_worker.jobs job
             WHERE job.task_identifier = $2 AND split_part(job.key, ':', 1) = event.event_id::text
           )
           ORDER BY relayed_at LIMIT $3 FOR UPDATE OF event SKIP LOCKED
         )`,
        [new Date(this.clock.now().getTime() - KEPT_MS), DELIVER_EVENT, BATCH_SIZE],
      );
      return purged;
    });
  }
}
