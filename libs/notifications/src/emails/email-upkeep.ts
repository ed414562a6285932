import { inBatches, Transactor } from '@app/database';
import { Jobs, Schedule, type ScheduleReport } from '@app/events';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { EmailsRepository } from './emails.repository.js';
import { SEND_EMAIL, sendingKey } from './mail-queue.js';

const KEPT_MS = 90 * 24 * 60 * 60_000;
const BATCH_SIZE = 1_000;

@Injectable()
export class EmailUpkeep {
  constructor(
    private readonly emails: EmailsRepository,
    private readonly jobs: Jobs,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /** A net below what commits mail together with its job: it should find nothing, and says so when it does. */
  @Schedule({
    name: 'resume-emails',
    cron: '*/10 * * * *',
    summary: 'Sends mail that waits without a job: those whose job was lost',
  })
  async resume(): Promise<ScheduleReport> {
    let resumed = 0;
    let after: string | undefined;
    do {
      const ids = await this.emails.findQueued({ limit: BATCH_SIZE, after });
      resumed += await this.enqueueLost(ids);
      after = ids.length === BATCH_SIZE ? ids.at(-1) : undefined;
    } while (after !== undefined);
    return { resumed };
  }

  /** To whom was written what is nobody's business for ever. */
  @Schedule({
    name: 'purge-emails',
    cron: '40 3 * * *',
    summary: 'Forgets mail that was settled over 90 days ago, and where it went if the account is deleted',
  })
  async purge(): Promise<ScheduleReport> {
    const before = new Date(this.clock.now().getTime() - KEPT_MS);
    const purged = await inBatches(BATCH_SIZE, () => this.emails.deleteSettled(before, BATCH_SIZE));
    const anonymised = await inBatches(BATCH_SIZE, () => this.emails.forgetDeleted(BATCH_SIZE));
    return { purged, anonymised };
  }

  private enqueueLost(ids: string[]): Promise<number> {
    return this.transactor.run(async (tx) => {
      const present = await this.jobs.present(ids.map(sendingKey), tx);
      const lost = ids.filter((id) => !present.has(sendingKey(id)));
      const jobs = lost.map((emailId) => ({
        name: SEND_EMAIL,
        payload: { emailId },
        key: sendingKey(emailId),
      }));
      await this.jobs.enqueueAll(jobs, tx);
      return lost.length;
    });
  }
}
