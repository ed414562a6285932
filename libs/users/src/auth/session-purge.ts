import { inBatches, Transactor } from '@app/database';
import { Schedule, type ScheduleReport } from '@app/events';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';

/** Sessions forgotten by one transaction. */
const BATCH_SIZE = 1_000;

/**
 * Forgets refresh tokens that have run out, whether or not they were used. Until then a used one is kept, so that it is known when it
 * comes back.
 */
@Injectable()
export class SessionPurge {
  constructor(
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  @Schedule({ name: 'purge-sessions', cron: '10 * * * *', summary: 'Forgets sessions that have run out' })
  async sweep(): Promise<ScheduleReport> {
    return { purged: await inBatches(BATCH_SIZE, () => this.purgeBatch()) };
  }

  private purgeBatch(): Promise<number> {
    return this.transactor.run(async (tx) => {
      const [, purged] = await tx.query<[unknown[], number]>(
        `DELETE FROM sessions WHERE id IN (
           SELECT id FROM sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
         )`,
        [this.clock.now(), BATCH_SIZE],
      );
      return purged;
    });
  }
}
