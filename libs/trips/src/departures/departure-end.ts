import { inBatches, Transactor } from '@app/database';
import { Schedule, type ScheduleReport } from '@app/events';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';

/** Departures finished by one transaction. */
const BATCH_SIZE = 500;

/** Departures whose time is over are done: nothing about them changes any more. */
@Injectable()
export class DepartureEnd {
  constructor(
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  @Schedule({
    name: 'finish-departures',
    cron: '* * * * *',
    summary: 'Marks departures that are over as done',
  })
  async sweep(): Promise<ScheduleReport> {
    return { finished: await inBatches(BATCH_SIZE, () => this.finishEnded()) };
  }

  private finishEnded(): Promise<number> {
    return this.transactor.run(async (tx) => {
      const [, finished] = await tx.query<[unknown[], number]>(
        `UPDATE departures SET status = 'done', updated_at = $1
         WHERE id IN (
           SELECT id FROM departures WHERE status IN ('scheduled', 'closed') AND ends_at <= $1
           ORDER BY ends_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
         )`,
        [this.clock.now(), BATCH_SIZE],
      );
      return finished;
    });
  }
}
