import { inBatches, Transactor } from '@app/database';
import { Schedule, type ScheduleReport } from '@app/events';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';

/** Far longer than any gateway goes on sending the same news. Should it do so, they are read again, which changes nothing. */
const KEPT_MS = 90 * 24 * 60 * 60_000;
/** Rows forgotten by one transaction. */
const BATCH_SIZE = 1_000;

/** Forgets which of the gateway's news were taken in long ago. */
@Injectable()
export class GatewayInboxPurge {
  constructor(
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  @Schedule({
    name: 'purge-gateway-events',
    cron: '50 3 * * *',
    summary: 'Forgets which news of the gateway were taken in over 90 days ago',
  })
  async sweep(): Promise<ScheduleReport> {
    return { purged: await inBatches(BATCH_SIZE, () => this.purgeBatch()) };
  }

  private purgeBatch(): Promise<number> {
    return this.transactor.run(async (tx) => {
      const [, purged] = await tx.query<[unknown[], number]>(
        `DELETE FROM gateway_events WHERE (gateway, event_id) IN (
           SELECT gateway, event_id FROM gateway_events WHERE received_at <= $1
           ORDER BY received_at LIMIT $2 FOR UPDATE SKIP LOCKED
         )`,
        [new Date(this.clock.now().getTime() - KEPT_MS), BATCH_SIZE],
      );
      return purged;
    });
  }
}
